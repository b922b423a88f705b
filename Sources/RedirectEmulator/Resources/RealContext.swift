import Core
import Documents
import LibCrypto

/// The payload of a context that is as long as the service's. The names in it and their places are the service's, the
/// values are the emulator's.
enum RealContext {
  static let payloadHead = #"{"cc":""#
  private static let payloadMiddle = #"","shrToken":""#
  private static let payloadTail = #""}"#

  /// Where the resource's id is in the compressed text: after the headers of gzip and of a stored block, and after the
  /// members before it.
  static let resourcePlace = 15 + 41

  static func payload(
    resourceID: String, callID: String, _ parties: EmulatedContext.Parties
  ) -> [UInt8] {
    let compressed = gzip(json(resourceID: resourceID, callID: callID, parties))
    var payload = Array(payloadHead.utf8)
    payload.append(contentsOf: Base64.standard.encode(compressed.span).utf8)
    payload.append(contentsOf: (payloadMiddle + token + payloadTail).utf8)
    return payload
  }

  private static func json(
    resourceID: String, callID: String, _ parties: EmulatedContext.Parties
  ) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("callNotification") { writer in
        writer.object { writer in
          writer.member("to") { writer in
            participant(parties.to, "", resourceID: resourceID, to: &writer)
          }
          writer.member("from") { writer in
            participant(parties.from, parties.displayName, resourceID: nil, to: &writer)
          }
          writer.member("links") { writer in
            writer.object { writer in
              for name in ["attach", "mediaAnswer", "progress", "reject", "udpTransport"] {
                writer.member(
                  name, "https://redirect-emulator.invalid/calls/\(callID)/\(name)?i=10-60-0-1")
              }
            }
          }
          writer.member("mediaContent") { writer in
            writer.object { writer in
              writer.member("contentType", "application/sdp")
              writer.member("blob", sessionDescription)
            }
          }
          writer.member("udpKey", SecureRandom.uuid())
          writer.member("redirectionProperties") { writer in
            writer.object { $0.member("isRedirectAllowed", true) }
          }
          writer.member("replaces", String?.none)
          writer.member("voicemailSettings", String?.none)
        }
      }
      writer.member("conversationInvitation") { writer in
        writer.object { writer in
          writer.member(
            "conversationController", "https://redirect-emulator.invalid/conv/\(callID)")
          writer.member("isMultiParty", false)
          writer.member("isBroadcast", false)
        }
      }
      writer.member("debugContent") { writer in
        writer.object { writer in
          writer.member("callId", callID)
          writer.member("participantId", SecureRandom.uuid())
        }
      }
      writer.member("groupContext", String?.none)
    }
    return writer.bytes
  }

  private static func participant(
    _ id: String, _ displayName: String, resourceID: String?, to writer: inout JSONWriter
  ) {
    writer.object { writer in
      if let resourceID { writer.member("resourceId", resourceID) }
      writer.member("id", id)
      writer.member("displayName", displayName)
      writer.member("endpointId", SecureRandom.uuid())
      writer.member("languageId", "en-US")
      writer.member("participantId", SecureRandom.uuid())
      writer.member("hidden", false)
      writer.member("endpointType", "default")
      writer.member("propertyBag", String?.none)
    }
  }

  /// A session description, like in a call (RFC 8866), padded to make the context as long as the service's.
  private static let sessionDescription: String = {
    var lines = [
      "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=session", "c=IN IP4 127.0.0.1", "t=0 0",
      "m=audio 3480 RTP/SAVP 104 9 111 0 8 97 101 13 118", "a=rtcp-mux",
    ]
    for number in 1...12 {
      lines.append(
        "a=candidate:\(number) 1 UDP 2130706431 127.0.0.1 \(3480 + number) typ host generation 0")
    }
    for (type, name) in [(104, "SILK/16000"), (9, "G722/8000"), (111, "SIREN/16000")] {
      lines.append("a=rtpmap:\(type) \(name)")
    }
    return lines.joined(separator: "\r\n") + "\r\n"
  }()

  /// This replaces the service's signed HTTP request, and says that it is not signed.
  private static let token: String = {
    let claim = Base64.url.encode(
      Array(#"{"at":"this is not a token: the emulator made this context","ts":0}"#.utf8).span)
    let padding = String(repeating: "not-a-signature-", count: 100)
    return "eyJhbGciOiJub25lIiwidHlwIjoicG9wIn0." + claim + "." + padding
  }()

  /// A text in gzip's format, in one stored block (RFC 1952 §2.3, RFC 1951 §3.2.4): gzip readers can read it, and the
  /// place of each byte is known. The time in its header is `REMU`.
  private static func gzip(_ text: [UInt8]) -> [UInt8] {
    let length = UInt16(clamping: text.count)
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0]
    bytes.append(contentsOf: "REMU".utf8)
    bytes.append(contentsOf: [0, 3, 1])
    append(UInt32(length) | UInt32(~length) << 16, to: &bytes)
    bytes.append(contentsOf: text.prefix(Int(length)))
    append(checksum(text.prefix(Int(length))), to: &bytes)
    append(UInt32(length), to: &bytes)
    return bytes
  }

  private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private static let checksums: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
  }

  /// CRC-32, RFC 1952 §8.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let table = checksums
    return ~bytes.reduce(UInt32.max) { sum, byte in
      table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8
    }
  }
}
