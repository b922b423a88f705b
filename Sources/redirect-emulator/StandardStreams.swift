import Glibc

/// The standard streams, written in whole texts.
enum StandardStreams {
  /// Makes sure that descriptors 0, 1 and 2 are in use. If one is closed, a file or a socket that is opened later would
  /// get its number, and output for the stream would be written into it.
  ///
  /// The replacement can be neither read nor written, like a closed descriptor, and a program that is started finds it
  /// closed.
  static func reserve() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is the closed one. O_PATH, 0o10000000 in asm-generic/fcntl.h, is not a constant in Glibc.
      _ = open("/", 0o10000000 | O_CLOEXEC)
    }
  }

  /// Writes all of `text`, even if the descriptor takes it in parts.
  ///
  /// - Returns: the number of the error that ended it; nil if all was written.
  static func write(_ text: String, to descriptor: Int32) -> Int32? {
    write(Array(text.utf8), to: descriptor)
  }

  /// Writes all of `bytes`, even if the descriptor takes them in parts.
  ///
  /// - Returns: as for a text.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    bytes.withUnsafeBufferPointer { bytes -> Int32? in
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(
          descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
        if count >= 0 {
          offset += count
          continue
        }
        switch errno {
        case EINTR: continue
        case EAGAIN:
          // The creator of the stream may have made it non-blocking.
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&ready, 1, -1)
        case let number: return number
        }
      }
      return nil
    }
  }
}

/// Standard error. If it cannot be written, there is nowhere else to report that.
enum StandardError {
  static func write(_ text: String) {
    _ = StandardStreams.write(text, to: STDERR_FILENO)
  }
}

/// Standard output, for output that other programs read.
enum StandardOutput {
  /// - Throws: ``Failure/readerLeft`` if the reader of a pipe went away, else ``Failure/output(_:)``.
  static func write(_ text: String) throws(Failure) {
    try write(Array(text.utf8))
  }

  /// - Throws: as for a text.
  static func write(_ bytes: [UInt8]) throws(Failure) {
    guard let number = StandardStreams.write(bytes, to: STDOUT_FILENO) else { return }
    if number == EPIPE { throw .readerLeft }
    throw .output("cannot write to standard output: \(String(cString: strerror(number)))")
  }
}
