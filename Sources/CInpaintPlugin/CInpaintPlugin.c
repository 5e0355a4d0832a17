// The header is all there is; a target has a source.
#include "inpaint_plugin.h"
