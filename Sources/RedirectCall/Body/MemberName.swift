import Core

/// The member names that the contract gives a meaning. Contract guide, "5. Body".
enum MemberName: UInt8 {
  case incomingCallContext, target
  case kind, rawId
  case communicationUser, phoneNumber, microsoftTeamsUser, microsoftTeamsApp, teamsExtensionUser
  case id, value, isAnonymous, assertedId, userId, cloud, appId, tenantId, resourceId

  /// The name as it is in JSON. Names are compared with case.
  var text: StaticString {
    switch self {
    case .incomingCallContext: "incomingCallContext"
    case .target: "target"
    case .kind: "kind"
    case .rawId: "rawId"
    case .communicationUser: "communicationUser"
    case .phoneNumber: "phoneNumber"
    case .microsoftTeamsUser: "microsoftTeamsUser"
    case .microsoftTeamsApp: "microsoftTeamsApp"
    case .teamsExtensionUser: "teamsExtensionUser"
    case .id: "id"
    case .value: "value"
    case .isAnonymous: "isAnonymous"
    case .assertedId: "assertedId"
    case .userId: "userId"
    case .cloud: "cloud"
    case .appId: "appId"
    case .tenantId: "tenantId"
    case .resourceId: "resourceId"
    }
  }

  /// The name that `range` holds; nil if it is not one of these.
  init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    let found: MemberName? =
      switch range.count {
      case 2: .id
      case 4: .kind
      case 5:
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "r"): .rawId
        case UInt8(ascii: "v"): .value
        case UInt8(ascii: "c"): .cloud
        default: .appId
        }
      case 6: bytes[range.lowerBound] == UInt8(ascii: "t") ? .target : .userId
      case 8: .tenantId
      case 10: bytes[range.lowerBound] == UInt8(ascii: "a") ? .assertedId : .resourceId
      case 11: bytes[range.lowerBound] == UInt8(ascii: "p") ? .phoneNumber : .isAnonymous
      case 17:
        bytes[range.lowerBound] == UInt8(ascii: "c") ? .communicationUser : .microsoftTeamsApp
      case 18:
        bytes[range.lowerBound] == UInt8(ascii: "m") ? .microsoftTeamsUser : .teamsExtensionUser
      case 19: .incomingCallContext
      default: nil
      }
    guard let found, bytes.holds(found.text, in: range) else { return nil }
    self = found
  }

  /// The kind of identifier that has its object under this name.
  var identifierKind: IdentifierKind? {
    switch self {
    case .communicationUser: .communicationUser
    case .phoneNumber: .phoneNumber
    case .microsoftTeamsUser: .microsoftTeamsUser
    case .microsoftTeamsApp: .microsoftTeamsApp
    case .teamsExtensionUser: .teamsExtensionUser
    default: nil
    }
  }
}

extension MemberName: CustomStringConvertible {
  var description: String { text.description }
}

/// The names that one object has had so far, to find those given twice. RFC 8259 §4 leaves duplicates open;
/// the contract refuses them. Contract guide, "5. Body".
///
/// Names of the contract are bits; others are kept by their text, and only those cost an allocation.
struct MemberNames {
  /// Members of one object that the contract does not name; more are refused, so that the set has a limit.
  static let unknownLimit = 1_000

  private var known: UInt32 = 0
  private var others: Set<[UInt8]> = []

  var isFull: Bool { others.count > Self.unknownLimit }

  /// Adds a name of the contract; false if it was there.
  @inline(__always)
  mutating func insert(_ name: MemberName) -> Bool {
    let bit: UInt32 = 1 << UInt32(name.rawValue)
    defer { known |= bit }
    return known & bit == 0
  }

  /// Adds another name, unescaped; false if it was there.
  mutating func insert(_ name: [UInt8]) -> Bool {
    others.insert(name).inserted
  }
}
