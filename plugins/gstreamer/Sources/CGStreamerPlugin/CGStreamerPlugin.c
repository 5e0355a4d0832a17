#include "CGStreamerPlugin.h"

// GST_PLUGIN_DEFINE is a macro that only C can expand: it makes the symbols a GStreamer program looks for.
#define PACKAGE "inpaintd"

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, inpaint, "Fills holes in live video with STTN",
                  inpaintd_register_elements, "0.1.0", "MIT/X11", PACKAGE, "inpaintd")
