import Glibc

/// Standard error, written in whole texts.
enum StandardError {
  static func write(_ text: String) {
    write(text, to: STDERR_FILENO)
  }

  /// Writes all of `text`, also where the descriptor takes it in parts. A closed descriptor ends it: there is
  /// nobody left to tell.
  static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(
          descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
        if count > 0 {
          offset += count
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}

/// Standard output, for what other programs read.
enum StandardOutput {
  static func write(_ text: String) {
    StandardError.write(text, to: STDOUT_FILENO)
  }
}
