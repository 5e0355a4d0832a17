#ifndef INPAINTD_CRTSPSERVER_SHIM_H
#define INPAINTD_CRTSPSERVER_SHIM_H

#include <gst/rtsp-server/rtsp-server.h>

#endif
