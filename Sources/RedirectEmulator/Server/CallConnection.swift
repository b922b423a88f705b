import Core
import Documents
import RedirectCall

/// The body of the response to `:answer`: the service's `CallConnectionProperties` of a call that was just answered.
/// The emulator makes no callbacks and has no media, so nothing follows.
struct CallConnection {
  var id: RequestUUID
  var correlationID: RequestUUID
  var callbackURI: String
  /// The caller's raw id; nil if the call was not registered.
  var from: String?
  /// The callee's raw id.
  var to: String?

  /// JSON, the same for the same call and request.
  var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("callConnectionId", id.description)
      let place = "https://redirect-emulator.invalid/conv/\(correlationID)?i=10-60-0-1&e=0"
      writer.member("serverCallId", Base64.standard.encode(Array(place.utf8).span))
      writer.member("targets") { writer in
        writer.array { writer in
          if let to { Self.write(to, to: &writer) }
        }
      }
      writer.member("callConnectionState", "connecting")
      writer.member("callbackUri", callbackURI)
      if let from {
        writer.member("source") { Self.write(from, to: &$0) }
      }
      writer.member("correlationId", correlationID.description)
      if let to {
        writer.member("answeredBy") { Self.write(to, to: &$0) }
      }
    }
    return writer.bytes
  }

  /// A raw id as an identifier object. Contract guide, "5. Body".
  private static func write(_ rawID: String, to writer: inout JSONWriter) {
    writer.object { writer in
      func part(_ kind: String, _ member: String, _ id: some StringProtocol) {
        writer.member("kind", kind)
        writer.member("rawId", rawID)
        writer.member(kind) { writer in writer.object { $0.member(member, String(id)) } }
      }
      if rawID.hasPrefix("4:") {
        part("phoneNumber", "value", rawID.dropFirst(2))
      } else if rawID.hasPrefix("8:orgid:") {
        part("microsoftTeamsUser", "userId", rawID.dropFirst(8))
      } else if rawID.hasPrefix("28:orgid:") {
        part("microsoftTeamsApp", "appId", rawID.dropFirst(9))
      } else if rawID.hasPrefix("8:") {
        part("communicationUser", "id", rawID)
      } else {
        writer.member("kind", "unknown")
        writer.member("rawId", rawID)
      }
    }
  }
}
