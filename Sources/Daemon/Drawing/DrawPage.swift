/// The page on which a mask is drawn: one document, whose style and script are its own.
enum DrawPage {
    /// The page's text.
    ///
    /// - Parameter nonce: what the page's style and script are known by.
    static func text(nonce: String) -> String {
        source.replacing("@NONCE@", with: nonce)
    }

    /// What the page may do: run its own script, and ask this server. Nothing of anybody else's is ever loaded.
    static func policy(nonce: String) -> String {
        "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; img-src blob: data:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    private static let source: String = {
        let script = PackageResources.draw_js + PackageResources.pen_js
        return String(decoding: PackageResources.draw_html, as: UTF8.self)
            .replacing("@STYLE@", with: String(decoding: PackageResources.draw_css, as: UTF8.self))
            .replacing("@SCRIPT@", with: String(decoding: script, as: UTF8.self))
    }()
}
