import Core

/// The syntax of `uri-host [ ":" port ]`, without userinfo: the value of `Host` and the authority of a
/// request target. RFC 9110 §7.2, RFC 3986 §3.2.
enum AuthoritySyntax {
  enum PortRule {
    case optional
    case required
    /// As `optional`, and also the port twice (`name:4010:4010`): the JavaScript SDK for Communication
    /// Services signs and sends this on a port that is not the scheme's default.
    case optionalOrRepeated
  }

  /// Whether `range` is a host that is not empty, and a port that `rule` allows.
  static func accepts(_ bytes: Span<UInt8>, _ range: Range<Int>, port rule: PortRule) -> Bool {
    guard !range.isEmpty else { return false }
    var index = range.lowerBound
    if bytes[index] == ASCII.leftBracket {
      while index < range.upperBound, bytes[index] != ASCII.rightBracket { index += 1 }
      guard index < range.upperBound, isIPLiteral(bytes, (range.lowerBound + 1)..<index) else {
        return false
      }
      index += 1
    } else {
      while index < range.upperBound, bytes[index] != ASCII.colon {
        if ASCII.isRegisteredNameByte(bytes[index]) {
          index += 1
        } else if bytes[index] == ASCII.percentSign, range.upperBound - index >= 3,
          Hexadecimal.value(bytes[index + 1]) != nil,
          Hexadecimal.value(bytes[index + 2]) != nil
        {
          index += 3
        } else {
          return false
        }
      }
      guard index > range.lowerBound else { return false }
    }
    guard index < range.upperBound else { return rule != .required }
    guard bytes[index] == ASCII.colon else { return false }
    let port = (index + 1)..<endOfDigits(bytes, (index + 1)..<range.upperBound)
    if port.upperBound == range.upperBound {
      return port.isEmpty ? rule != .required : isPort(bytes, port)
    }
    guard rule == .optionalOrRepeated, isPort(bytes, port), bytes[port.upperBound] == ASCII.colon
    else { return false }
    let again = (port.upperBound + 1)..<range.upperBound
    guard again.count == port.count else { return false }
    for offset in 0..<port.count
    where bytes[port.lowerBound + offset] != bytes[again.lowerBound + offset] { return false }
    return true
  }

  private static func endOfDigits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var index = range.lowerBound
    while index < range.upperBound, ASCII.isDigit(bytes[index]) { index += 1 }
    return index
  }

  private static func isPort(_ bytes: Span<UInt8>, _ digits: Range<Int>) -> Bool {
    guard 1...5 ~= digits.count else { return false }
    var value = 0
    for index in digits { value = value * 10 + Int(bytes[index] &- ASCII.zero) }
    return value <= 65_535
  }

  /// What is between the brackets: IPv6address or IPvFuture.
  private static func isIPLiteral(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let first = range.first else { return false }
    guard bytes[first] | 0x20 == UInt8(ascii: "v") else { return isIPv6(bytes, range) }
    var index = first + 1
    while index < range.upperBound, Hexadecimal.value(bytes[index]) != nil { index += 1 }
    guard index > first + 1, index < range.upperBound - 1, bytes[index] == ASCII.fullStop else {
      return false
    }
    for rest in (index + 1)..<range.upperBound
    where !ASCII.isRegisteredNameByte(bytes[rest]) && bytes[rest] != ASCII.colon { return false }
    return true
  }

  /// RFC 3986 §3.2.2, IPv6address: eight groups, or fewer with one `::`; the last two may be an IPv4 address.
  private static func isIPv6(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let end = range.upperBound
    var index = range.lowerBound
    var groups = 0
    var compressed = false
    if bytes[index] == ASCII.colon {
      guard range.count >= 2, bytes[index + 1] == ASCII.colon else { return false }
      compressed = true
      index += 2
    }
    while index < end {
      let start = index
      while index < end, Hexadecimal.value(bytes[index]) != nil { index += 1 }
      if index < end, bytes[index] == ASCII.fullStop {
        guard isIPv4(bytes, start..<end) else { return false }
        groups += 2
        break
      }
      guard 1...4 ~= index - start else { return false }
      groups += 1
      if index == end { break }
      guard groups < 8, bytes[index] == ASCII.colon, index + 1 < end else { return false }
      index += 1
      if bytes[index] == ASCII.colon {
        guard !compressed else { return false }
        compressed = true
        index += 1
      }
    }
    return compressed ? groups <= 7 : groups == 8
  }

  private static func isIPv4(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var octets = 0
    var index = range.lowerBound
    while true {
      let digits = index..<endOfDigits(bytes, index..<range.upperBound)
      guard 1...3 ~= digits.count, digits.count == 1 || bytes[index] != ASCII.zero else {
        return false
      }
      var value = 0
      for digit in digits { value = value * 10 + Int(bytes[digit] &- ASCII.zero) }
      guard value <= 255 else { return false }
      octets += 1
      index = digits.upperBound
      if index == range.upperBound { return octets == 4 }
      guard octets < 4, bytes[index] == ASCII.fullStop else { return false }
      index += 1
    }
  }
}
