import Core
import Documents
import LibCrypto
import RedirectCall

/// The call that a request asks to redirect, where its context has to be looked up. Contract guide, "7. The call".
struct AskedCall {
  /// The request's `incomingCallContext`.
  let context: String
  /// Whether the emulator made the context, and for another resource than the request's.
  let isOfAnotherResource: Bool
  /// Whether only registered calls ring at the resource.
  let hasToBeRegistered: Bool

  /// Nil where any context will do, so that no text is made of it: no call was registered at the resource, none has
  /// to be, and the context is not one that the emulator made.
  init?(_ request: RedirectCallRequest, of resource: ResourceCore, _ body: Span<UInt8>) {
    let text = request.incomingCallContext
    hasToBeRegistered = resource.settings.calls == .registered
    let mayBeMade = text.hasEscapes || EmulatedContext.begins(text.range, in: body)
    guard hasToBeRegistered || mayBeMade || resource.hasRegisteredCalls else { return nil }
    context = text.string(in: body)
    let owner = mayBeMade ? EmulatedContext.resourceID(of: context) : nil
    isOfAnotherResource = owner.map { $0 != resource.id } ?? false
  }
}

/// The contexts that the emulator makes for registered calls: opaque to clients and shaped like the service's, no two
/// the same, and each says which resource its call rings at.
enum EmulatedContext {
  private static let head = #"{"emulatedCall":""#
  private static let middle = #"","resourceId":""#
  private static let tail = #""}"#
  /// What the base64 of ``head`` begins with, whatever comes behind it.
  private static let prefix: StaticString = "eyJlbXVsYXRlZENhbGwiOi"

  static func make(resourceID: String) -> String {
    let name = Base64.url.encode(SecureRandom.bytes(count: 48).span)
    return Base64.url.encode(Array((head + name + middle + resourceID + tail).utf8).span)
  }

  /// Whether `range` begins as every context does that the emulator makes.
  static func begins(_ range: Range<Int>, in body: Span<UInt8>) -> Bool {
    let count = prefix.utf8CodeUnitCount
    guard range.count > count, range.lowerBound >= 0, range.upperBound <= body.count else {
      return false
    }
    return prefix.withUTF8Buffer { expected in
      for index in 0..<count where body[range.lowerBound + index] != expected[index] {
        return false
      }
      return true
    }
  }

  /// The resource that a context was made for; nil for a context that the emulator did not make.
  static func resourceID(of context: String) -> String? {
    // Longer than any that is made: not worth decoding.
    guard context.utf8.count <= 512, let bytes = try? Base64.url.decode(context),
      let text = String(validating: bytes, as: UTF8.self),
      text.hasPrefix(head), text.hasSuffix(tail),
      let place = text.firstRange(of: middle)
    else { return nil }
    return String(text[place.upperBound...].dropLast(tail.count))
  }
}
