import RedirectCall

/// What a call is made with that is to ring.
struct CallSettings: Sendable {
  /// nil makes one.
  var context: String?
  /// Of the context that is made.
  var form = EmulatedContext.Form.real
  /// The caller's raw id; nil is ``defaultCaller``.
  var from: String?
  /// The callee's raw id; nil is a user of the resource.
  var to: String?
  var callerDisplayName = ""
  var ringsFor = RegisteredCalls.defaultRingTime

  static let defaultCaller = "4:+14255550100"

  static func defaultCallee(of resourceID: String) -> String {
    "8:acs:\(resourceID)_0000001b-5c1d-4a2e-9f00-000000000001"
  }

  /// A raw id as people write it: ``RawID/written(_:)``.
  static func rawID(_ text: String) -> String? { RawID.written(text) }
}
