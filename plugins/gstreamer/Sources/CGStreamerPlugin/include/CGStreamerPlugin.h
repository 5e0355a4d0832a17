#ifndef INPAINTD_GSTREAMER_PLUGIN_H
#define INPAINTD_GSTREAMER_PLUGIN_H

#include <gst/gst.h>

// Registers every element of the plugin; written in Swift, in the target GStreamerPlugin.
gboolean inpaintd_register_elements(GstPlugin *plugin);

#endif
