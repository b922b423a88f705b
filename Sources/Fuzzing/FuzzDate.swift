import HTTP1

/// A date that was read is written as the same text, and that text is read as the same date.
enum FuzzDate {
  @Sendable static func run(_ input: [UInt8]) {
    guard let date = IMFFixdate(input.span, in: 0..<input.count) else { return }
    var written: [UInt8] = []
    date.append(to: &written)
    guard let again = IMFFixdate(written.span, in: 0..<written.count), again == date else {
      fatalError(
        "\(date.secondsSince1970) is written as \(String(decoding: written, as: UTF8.self))")
    }
  }
}
