internal import CGStreamer

extension PipelineError {
    /// The same error or warning, in the words of who looks after the server that an RTSP source asks: which one, and
    /// what it did.
    func naming(_ server: RTSPServerAddress, _ error: GError, status: Int?) -> PipelineError {
        let words = underlying ?? detail
        let number = UInt32(error.code)
        let isResource = error.domain == gst_resource_error_quark()
        switch status {
        case 401?:
            return saying(
                "\(server.name) "
                    + (server.hasUser ? "refuses the user or the password" : "asks for a user and a password"),
                "401 Unauthorized")
        case 404?:
            return saying("\(server.name) has no stream \(server.path.isEmpty ? "/" : server.path)", "404 Not Found")
        case let status?:
            return saying("\(server.name) refuses the stream", "\(status): \(words)")
        case nil where isResource && number == GST_RESOURCE_ERROR_OPEN_READ_WRITE.rawValue:
            return saying("\(server.name) cannot be reached", ConnectionLog.reason(about: server.host) ?? words)
        case nil where isResource && number == GST_RESOURCE_ERROR_READ.rawValue && words.contains("Timeout"):
            return saying("\(server.name) does not answer", words)
        case nil where isResource && number == GST_RESOURCE_ERROR_READ.rawValue && words.contains("closed"):
            return saying("\(server.name) closed the connection", nil)
        case nil
        where isResource
            && [GST_RESOURCE_ERROR_READ.rawValue, GST_RESOURCE_ERROR_WRITE.rawValue].contains(number):
            return saying("\(server.name) broke off the connection", words)
        case nil:
            return saying("\(server.name): \(detail)", underlying)
        }
    }

    private func saying(_ detail: String, _ underlying: String?) -> PipelineError {
        PipelineError(code, subject: subject, detail: detail, underlying: underlying, origin: origin, cause: cause)
    }
}
