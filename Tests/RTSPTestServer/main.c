// An RTSP server for tests: serves pipelines to players, and takes what is pushed to it.
//
//   RTSPTestServer [login USER:PASSWORD] (play PATH TEXT | record PATH TEXT)...
//
// It listens on a free port of 127.0.0.1, prints the number as its first line, and ends with its standard input.

#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <string.h>

static const char *const ROLE = "guest";

static gboolean end_with_input(GIOChannel *input, GIOCondition condition, gpointer loop) {
    (void)condition;
    gchar byte;
    gsize count = 0;
    if (g_io_channel_read_chars(input, &byte, 1, &count, NULL) == G_IO_STATUS_NORMAL) return TRUE;
    g_main_loop_quit(loop);
    return FALSE;
}

static void require_login(GstRTSPServer *server, const char *login) {
    gchar **words = g_strsplit(login, ":", 2);
    GstRTSPAuth *auth = gst_rtsp_auth_new();
    GstRTSPToken *token =
        gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, ROLE, NULL);
    gst_rtsp_auth_set_supported_methods(auth, GST_RTSP_AUTH_DIGEST);
    gst_rtsp_auth_add_digest(auth, words[0], words[1], token);
    gst_rtsp_token_unref(token);
    gst_rtsp_server_set_auth(server, auth);
    g_object_unref(auth);
    g_strfreev(words);
}

static void mount(GstRTSPMountPoints *mounts, gboolean records, const char *path, const char *text) {
    GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
    gst_rtsp_media_factory_set_launch(factory, text);
    gst_rtsp_media_factory_set_shared(factory, !records);
    if (records) gst_rtsp_media_factory_set_transport_mode(factory, GST_RTSP_TRANSPORT_MODE_RECORD);
    gst_rtsp_media_factory_add_role(
        factory, ROLE, GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN, TRUE,
        GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE, NULL);
    gst_rtsp_mount_points_add_factory(mounts, path, factory);
}

int main(int count, char **words) {
    gst_init(NULL, NULL);
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    GstRTSPServer *server = gst_rtsp_server_new();
    gst_rtsp_server_set_address(server, "127.0.0.1");
    gst_rtsp_server_set_service(server, "0");
    GstRTSPMountPoints *mounts = gst_rtsp_server_get_mount_points(server);

    int at = 1;
    if (at + 1 < count && strcmp(words[at], "login") == 0) {
        require_login(server, words[at + 1]);
        at += 2;
    }
    for (; at + 2 < count; at += 3) {
        mount(mounts, strcmp(words[at], "record") == 0, words[at + 1], words[at + 2]);
    }
    if (at != count || gst_rtsp_server_attach(server, NULL) == 0) {
        fprintf(stderr, "RTSPTestServer: wrong words, or no port is free\n");
        return 64;
    }
    printf("%d\n", gst_rtsp_server_get_bound_port(server));
    fflush(stdout);

    GIOChannel *input = g_io_channel_unix_new(0);
    g_io_add_watch(input, G_IO_IN | G_IO_HUP | G_IO_ERR, end_with_input, loop);
    g_main_loop_run(loop);
    return 0;
}
