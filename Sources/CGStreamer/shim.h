#ifndef INPAINTD_CGSTREAMER_SHIM_H
#define INPAINTD_CGSTREAMER_SHIM_H

// What Swift cannot import by itself: macros, casts, variadics. No logic.

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#endif
