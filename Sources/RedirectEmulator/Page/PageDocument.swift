import HTTP1
import LibCrypto

/// The live page: one HTML document with its style and its script inside, which is the same for everybody and holds no
/// data of the emulator. The guide LivePage describes it.
package struct PageDocument: Sendable {
  /// As `GET /_emulator/` serves it.
  package let html: [UInt8]
  /// The same, compressed by gzip (RFC 1952).
  package let gzip: [UInt8]
  /// The hash of the one `<style>` element, as a policy names it: `sha256-…`.
  package let styleHash: String
  /// The hash of the one `<script>` element.
  package let scriptHash: String

  /// The page that is part of the program.
  package static let shared = PageDocument(
    html: EmbeddedText.page.bytes, gzip: EmbeddedText.pageGzip.bytes)

  package init(html: [UInt8], gzip: [UInt8]) {
    self.html = html
    self.gzip = gzip
    styleHash = Self.hash(of: "style", in: html)
    scriptHash = Self.hash(of: "script", in: html)
  }

  /// What the page's content may do: run the page's own script, and send requests to the emulator that it came from.
  /// Content Security Policy Level 3, Trusted Types.
  package var policy: String {
    policy(connecting: "'self'") + "; frame-ancestors 'none'"
  }

  /// The policy of a document that is a file: it sends no requests. A policy inside the document cannot name
  /// `frame-ancestors`.
  package var filePolicy: String { policy(connecting: "'none'") }

  private func policy(connecting sources: String) -> String {
    [
      "default-src 'none'", "script-src '\(scriptHash)'", "style-src '\(styleHash)'",
      "connect-src \(sources)", "img-src data:", "base-uri 'none'", "form-action 'none'",
      "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")
  }

  /// The field lines of the page's response, besides those of every response.
  package var fields: [ResponseField] {
    [
      ResponseField("Content-Security-Policy", policy),
      ResponseField("X-Frame-Options", "DENY"),
      ResponseField("X-Content-Type-Options", "nosniff"),
      ResponseField("Referrer-Policy", "no-referrer"),
      ResponseField("Cross-Origin-Opener-Policy", "same-origin"),
      ResponseField("Cross-Origin-Resource-Policy", "same-origin"),
      ResponseField("Vary", "Accept-Encoding"),
    ]
  }

  /// The bytes between an element's tags. The page has one `<style>` and one `<script>`, without attributes.
  package static func content(of element: String, in html: [UInt8]) -> ArraySlice<UInt8> {
    guard let start = html.firstRange(of: Array("<\(element)>".utf8)),
      let end = html[start.upperBound...].firstRange(of: Array("</\(element)>".utf8))
    else { return [] }
    return html[start.upperBound..<end.lowerBound]
  }

  private static func hash(of element: String, in html: [UInt8]) -> String {
    "sha256-" + SHA256.hash(Array(content(of: element, in: html)).span).base64
  }
}
