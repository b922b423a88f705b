/// What the fields say of a message's length and of its connection, gathered line by line. RFC 9112 §6, §9.
struct FramingFields {
  var hosts = 0
  var length: Int?
  var isChunked = false
  var closes = false
  var keepsAlive = false
  var expectsContinue = false

  /// Digits only, and one line only: two, even agreeing ones, are how requests are smuggled.
  mutating func readLength(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPError) {
    if length != nil {
      throw HTTPError(.badRequest, "Content-Length: given more than once (RFC 9112 §6.3)")
    }
    guard !value.isEmpty else {
      throw HTTPError(.badRequest, "Content-Length: empty; expected decimal digits")
    }
    var number = 0
    for index in value {
      guard let digit = ASCII.digit(bytes[index]) else {
        throw HTTPError(.badRequest, "Content-Length: expected decimal digits and nothing else")
      }
      let (product, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carried) = product.addingReportingOverflow(Int(digit))
      if overflow || carried {
        throw HTTPError(.badRequest, "Content-Length: the number is too large to be one")
      }
      number = sum
    }
    length = number
  }

  mutating func readCoding(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPError) {
    if isChunked {
      throw HTTPError(.badRequest, "Transfer-Encoding: given more than once")
    }
    guard ASCII.equalsIgnoringCase(bytes, value, "chunked") else {
      throw HTTPError(
        .notImplemented, "Transfer-Encoding: the only coding that is read here is chunked")
    }
    isChunked = true
  }

  /// A list of options; those that are not known are passed over. RFC 9110 §7.6.1.
  mutating func readConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
    var start = value.lowerBound
    while start < value.upperBound {
      var end = start
      while end < value.upperBound, bytes[end] != 0x2C { end &+= 1 }
      let option = ASCII.trimmed(bytes, start..<end)
      if ASCII.equalsIgnoringCase(bytes, option, "close") { closes = true }
      if ASCII.equalsIgnoringCase(bytes, option, "keep-alive") { keepsAlive = true }
      start = end &+ 1
    }
  }
}
