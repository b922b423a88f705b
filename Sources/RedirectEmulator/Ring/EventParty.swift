import Core
import Documents
import RedirectCall

/// Caller or callee of an event: its kind, its raw id, and the object of that kind. The model CommunicationIdentifierModel
/// of Communication Services.
struct EventParty {
  private let rawID: String

  init(_ rawID: String) {
    self.rawID = rawID
  }

  func write(to writer: inout JSONWriter) {
    let read = RawID(rawID)
    let id = String(decoding: Array(rawID.utf8)[read.id], as: UTF8.self)
    writer.object { writer in
      writer.member("kind", read.kind.rawValue)
      writer.member("rawId", rawID)
      switch read.kind {
      // Its raw id is all that is known.
      case .unknown: break
      case .communicationUser:
        writer.member(read.kind.rawValue) { $0.object { $0.member("id", id) } }
      case .phoneNumber:
        writer.member(read.kind.rawValue) { $0.object { $0.member("value", id) } }
      case .microsoftTeamsUser:
        writer.member(read.kind.rawValue) { writer in
          writer.object { writer in
            writer.member("userId", id)
            writer.member("isAnonymous", rawID.hasPrefix("8:teamsvisitor:"))
            writer.member("cloud", cloud)
          }
        }
      case .microsoftTeamsApp:
        writer.member(read.kind.rawValue) { writer in
          writer.object { writer in
            writer.member("appId", id)
            writer.member("cloud", cloud)
          }
        }
      case .teamsExtensionUser:
        writer.member(read.kind.rawValue) { writer in
          writer.object { writer in
            writer.member("userId", id)
            writer.member("tenantId", part(1))
            writer.member("resourceId", part(0))
            writer.member("cloud", cloud)
          }
        }
      }
    }
  }

  /// The cloud that a raw id's prefix names.
  private var cloud: String {
    for cloud in ["gcch", "dod"]
    where rawID.hasPrefix("8:\(cloud)") || rawID.hasPrefix("28:\(cloud)") { return cloud }
    return "public"
  }

  /// A part of `8:acs:RESOURCE_TENANT_USER`.
  private func part(_ number: Int) -> String? {
    let rest = rawID.split(separator: ":", maxSplits: 2).last ?? ""
    let parts = rest.split(separator: "_")
    return number < parts.count ? String(parts[number]) : nil
  }
}
