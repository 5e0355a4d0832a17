#include "CGStreamerPlugin.h"
