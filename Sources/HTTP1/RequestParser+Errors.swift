import Core

/// The errors for a wrong byte, in separate functions so that reading a correct request stays fast.
extension RequestParser {
  /// What is being read, for messages.
  var place: String {
    if phase.rawValue >= Phase.fieldStart.rawValue { return "field line \(head.fields.count + 1)" }
    return startLine == .request ? "request line" : "status line"
  }

  func badTargetByte(_ byte: UInt8, at offset: Int) -> HTTPError {
    switch byte {
    case ASCII.space:
      HTTPError(.invalidTarget, "request line: two spaces after the method, expected one")
    case ASCII.carriageReturn, ASCII.lineFeed:
      HTTPError(
        .invalidVersion,
        "request line: it ends after the target, expected a space and HTTP/1.1 or HTTP/1.0")
    default:
      HTTPError(
        .invalidTarget,
        "request target, byte \(offset): \(ASCII.name(byte)) is not allowed in a URI")
    }
  }

  func targetTooLong() -> HTTPError {
    HTTPError(
      .targetTooLong, "request line: the target is longer than \(limits.maxTarget) bytes")
  }

  func badFieldStart(_ byte: UInt8) -> HTTPError {
    switch byte {
    case ASCII.space, ASCII.horizontalTab:
      head.fields.isEmpty
        ? HTTPError(
          .invalidFieldName,
          "\(place): white space between the \(startLine == .request ? "request" : "status") line and the first field line"
        )
        : HTTPError(
          .obsoleteLineFolding,
          "\(place): it begins with white space (obsolete line folding), expected a field name")
    case ASCII.lineFeed:
      HTTPError(.invalidLineEnding, "\(place): a bare LF, expected CR LF")
    case ASCII.colon:
      HTTPError(.invalidFieldName, "\(place): an empty field name before the colon")
    default:
      HTTPError(.invalidFieldName, "\(place): \(ASCII.name(byte)) where a field name was expected")
    }
  }

  func badFieldName(_ byte: UInt8) -> HTTPError {
    switch byte {
    case ASCII.space, ASCII.horizontalTab:
      HTTPError(.whitespaceBeforeColon, "\(place): white space before the colon")
    case ASCII.carriageReturn, ASCII.lineFeed:
      HTTPError(.invalidFieldName, "\(place): the line ends without a colon after the name")
    default:
      HTTPError(
        .invalidFieldName,
        "\(place): \(ASCII.name(byte)) in the field name, expected a token and a colon")
    }
  }

  func badFieldValue(_ byte: UInt8) -> HTTPError {
    byte == ASCII.lineFeed
      ? HTTPError(.invalidLineEnding, "\(place): a bare LF ends it, expected CR LF")
      : HTTPError(
        .invalidFieldValue,
        "\(place): \(ASCII.name(byte)) in the value, expected visible characters, spaces and tabs")
  }

  func bareCarriageReturn(_ next: UInt8) -> HTTPError {
    HTTPError(
      .invalidLineEnding, "\(place): CR followed by \(ASCII.name(next)), expected CR LF")
  }
}
