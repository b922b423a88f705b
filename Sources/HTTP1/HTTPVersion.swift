/// An HTTP version. RFC 9112 §2.3.
package struct HTTPVersion: Sendable, Equatable {
  package var major: UInt8
  package var minor: UInt8

  package init(major: UInt8, minor: UInt8) {
    self.major = major
    self.minor = minor
  }
}
