import Core

/// Why a certificate or its key cannot be made or used.
package enum CertificateError: Error, Sendable, Equatable {
  /// Which of the texts a fault was found in.
  package enum Part: String, Sendable {
    case certificate, key
  }

  /// A text that is not PEM, or has a damaged or encrypted block.
  case unreadable(Part, CryptoError)
  /// PEM, but without the block that is needed: the labels that were found and the one that was expected.
  case missingBlock(Part, found: [String], expected: String)
  /// The key does not belong to the (first) certificate.
  case keyMismatch
  /// The certificate's time is over. In seconds since 1970.
  case expired(notAfter: Int)
  /// The certificate's time has not come. In seconds since 1970.
  case notYetValid(notBefore: Int)
  /// A certificate that may not sign others was given as an authority.
  case notAnAuthority
  /// Neither a host name nor an IP address.
  case invalidName(String)
  /// No name to make a certificate for.
  case noNames
  /// libcrypto refused.
  case library(CryptoError)
}

extension CertificateError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let part, let error):
      "the \(part.rawValue) cannot be read: \(error)"
    case .missingBlock(let part, let found, let expected):
      "the \(part.rawValue) file holds \(found.joined(separator: ", ")), expected \(expected)"
    case .keyMismatch:
      "the key does not belong to the certificate"
    case .expired(let notAfter):
      "the certificate expired at \(Timestamp.text(secondsSince1970: Int64(notAfter)))"
    case .notYetValid(let notBefore):
      "the certificate is not valid before \(Timestamp.text(secondsSince1970: Int64(notBefore)))"
    case .notAnAuthority:
      "the certificate is not one of an authority (basicConstraints CA:TRUE)"
    case .invalidName(let name):
      "\"\(name)\" is neither a host name nor an IP address"
    case .noNames:
      "a server certificate needs at least one name"
    case .library(let error):
      "\(error)"
    }
  }
}

extension PEMBlock {
  /// All blocks of the text of a certificate or of its key.
  static func parse(
    _ text: String, of part: CertificateError.Part
  ) throws(CertificateError) -> [PEMBlock] {
    do throws(CryptoError) {
      return try parse(text)
    } catch {
      throw .unreadable(part, error)
    }
  }
}
