import Core

/// One request's bytes as the journal keeps them: the head and then the content, without any secret. Only ``Redaction``
/// makes one, so a value of this type proves that it was redacted.
///
/// A client sends the same token again and again. So the public part of a token is not stored with each of its
/// requests: all share one copy, which is made when the token is verified.
package struct RecordedMessage: Sendable {
  /// The message without the token's public part.
  private let own: [UInt8]
  /// The token's public part; empty if there is no shared part.
  private let shared: [UInt8]
  /// Bytes of the head in `own`; the highest number if the message could not be read as HTTP.
  private let ownHeadLength: UInt32
  /// Where in `own` the shared part belongs.
  private let place: UInt32
  private let cut: UInt32
  /// Whether the shared part is counted with this message.
  private let paysForShared: Bool

  fileprivate init(
    bytes: consuming [UInt8], headLength: Int?, cutBytes: Int, shared: [UInt8] = [],
    at place: Int = 0, pays: Bool = false
  ) {
    self.place = UInt32(clamping: min(max(place, 0), bytes.count))
    own = bytes
    self.shared = shared
    ownHeadLength = headLength.map { UInt32(clamping: $0) } ?? .max
    cut = UInt32(clamping: cutBytes)
    paysForShared = pays
  }

  /// The head as received, then the content without its chunked framing.
  ///
  /// - Complexity: O(bytes), and one allocation if a token's public part is inserted. Read it only once.
  package var bytes: [UInt8] {
    if shared.isEmpty { return own }
    var whole: [UInt8] = []
    whole.reserveCapacity(count)
    let place = Int(place)
    whole.append(own.span, 0..<place)
    whole.append(shared.span, 0..<shared.count)
    whole.append(own.span, place..<own.count)
    return whole
  }

  /// How many bytes it has.
  package var count: Int { own.count + shared.count }

  /// Bytes of the head, its empty line included; nil if the message could not be read as HTTP.
  package var headLength: Int? {
    ownHeadLength == .max ? nil : Int(ownHeadLength) + shared.count
  }

  /// Bytes that were left out at the end; 0 if the message is whole.
  package var cutBytes: Int { Int(cut) }

  /// The message without its shared part, which is within the value of `Authorization`: for code that reads other parts
  /// of it. It costs one retain.
  package var withoutToken: RecordedMessage {
    shared.isEmpty
      ? self : RecordedMessage(bytes: own, headLength: Int(ownHeadLength), cutBytes: cutBytes)
  }

  /// The bytes that are kept for it. A token's public part is counted with the first message that has it, and again if
  /// the token was verified again.
  package var cost: Int { own.count + (paysForShared ? shared.count + 32 : 0) }

  /// Whether the content up to this offset is kept.
  func holdsContent(to offset: Int) -> Bool {
    cut == 0 || offset <= count - (headLength ?? 0)
  }

  /// A message about which nothing is known, e.g. of a connection that sent no byte.
  package static let empty = RecordedMessage(bytes: [], headLength: nil, cutBytes: 0)

  /// The most that is kept of a request that was refused before its credential was accepted: anybody can send those.
  package static let refusedLimit = 64 * 1024

  /// The most that is kept of a request for which there was no memory: it must not replace other requests.
  package static let unaffordableLimit = 4 * 1024
}

extension Redaction {
  @inline(__always)
  static func message(bytes: consuming [UInt8], headLength: Int?, cutBytes: Int = 0)
    -> RecordedMessage
  {
    RecordedMessage(bytes: bytes, headLength: headLength, cutBytes: cutBytes)
  }

  /// - Parameters:
  ///   - bytes: without the shared part.
  ///   - headLength: also without the shared part.
  ///   - place: where the shared part belongs in `bytes`.
  @inline(__always)
  static func message(
    bytes: consuming [UInt8], headLength: Int, cutBytes: Int, _ shared: consuming SharedPart,
    at place: Int
  ) -> RecordedMessage {
    RecordedMessage(
      bytes: bytes, headLength: headLength, cutBytes: cutBytes, shared: shared.bytes, at: place,
      pays: shared.isCounted)
  }
}

extension RecordedMessage: Equatable {
  /// Whether they have the same bytes, even if they share different parts with others.
  package static func == (one: RecordedMessage, other: RecordedMessage) -> Bool {
    one.headLength == other.headLength && one.cut == other.cut && one.bytes == other.bytes
  }
}
