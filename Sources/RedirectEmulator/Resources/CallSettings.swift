import Core
import RedirectCall

/// The settings of a call that is to ring.
struct CallSettings: Sendable {
  /// nil makes one.
  var context: String?
  /// The form of the context that is made.
  var form = EmulatedContext.Form.real
  /// The caller's raw id; nil is ``defaultCaller``.
  var from: String?
  /// The callee's raw id; nil is a user of the resource.
  var to: String?
  var callerDisplayName = ""
  var ringsFor = RegisteredCalls.defaultRingTime
  /// How its event is delivered; nil if it is not.
  var delivery: DeliverySettings?
  /// How many calls of its chain come before it.
  var chainLength = 0

  static let defaultCaller = "4:+14255550100"

  static func defaultCallee(of resourceID: String) -> String {
    "8:acs:\(resourceID)_0000001b-5c1d-4a2e-9f00-000000000001"
  }

  /// The raw id of a number that a resource owns.
  ///
  /// - Returns: nil if the text is not a number.
  static func ownNumber(_ text: String) -> String? {
    let bytes = Array((text.hasPrefix("4:") ? String(text.dropFirst(2)) : text).utf8)
    guard E164.isNumber(bytes.span, in: 0..<bytes.count) else { return nil }
    return "4:" + String(decoding: bytes, as: UTF8.self)
  }

  /// A raw id as people write it: ``RawID/written(_:)``.
  static func rawID(_ text: String) -> String? { RawID.written(text) }
}
