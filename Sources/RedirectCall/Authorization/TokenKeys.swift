import Core
import Documents
import LibCrypto

/// A public key that tokens may be signed with.
package struct TokenKey: Sendable {
  /// The key's name in a token's `kid`; nil for a key from a PEM file.
  package let keyID: String?
  package let key: RSAPublicKey
  /// For this many seconds before its `nbf` and after its `exp` a token may be used. RFC 7519 §4.1.4.
  package let leeway: Int64

  /// The leeway of tokens from other issuers: their clocks are not the emulator's. Guide Contract, "4. Authorization".
  package static let foreignLeeway: Int64 = 60

  /// - Parameter leeway: in seconds; 0 for the emulator's own key, so that a test decides to the second when a token
  ///   expires.
  package init(keyID: String?, key: RSAPublicKey, leeway: Int64 = foreignLeeway) {
    self.keyID = keyID
    self.key = key
    self.leeway = leeway
  }
}

/// Reads the keys that may sign tokens from a file's text: PEM or a JSON Web Key Set.
package enum TokenKeys {
  /// Why a text gives no keys, and which of its keys is wrong.
  package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
      self.description = description
    }
  }

  /// The most keys of one file: each is tried on a token whose `kid` names none of them.
  package static let limit = 64

  /// - Parameter text: one or several PEM blocks (public keys; of a private key its public part is taken), or
  ///   a JWK or JWK set (RFC 7517).
  package static func parse(_ text: String) throws(Fault) -> [TokenKey] {
    let keys: [TokenKey]
    switch text.unicodeScalars.first(where: { !" \t\n\r".unicodeScalars.contains($0) }) {
    case nil: throw Fault("an empty text, expected PEM or a JSON Web Key Set")
    // No JSON text continues after such a line end, so this is PEM with something in braces before it.
    case "{"? where !text.contains("\n-----BEGIN "): keys = try jwks(text)
    default: keys = try pem(text)
    }
    guard keys.count <= limit else {
      throw Fault("\(keys.count) keys, expected at most \(limit)")
    }
    return keys
  }

  private static func pem(_ text: String) throws(Fault) -> [TokenKey] {
    let blocks: [PEMBlock]
    do throws(CryptoError) { blocks = try PEMBlock.parse(text) } catch {
      throw Fault("neither PEM nor a JSON Web Key Set: \(error)")
    }
    var keys: [TokenKey] = []
    for (index, block) in blocks.enumerated() {
      do throws(CryptoError) {
        keys.append(TokenKey(keyID: nil, key: try RSAPublicKey(block)))
      } catch {
        throw Fault("PEM block \(index + 1): \(error)")
      }
    }
    return keys
  }

  /// A set may hold many keys for other purposes.
  private static let jsonLimits = JSONReader.Limits(depth: 16, values: 16_384)

  private static func jwks(_ text: String) throws(Fault) -> [TokenKey] {
    let json: DocumentNode
    do throws(DocumentFault) {
      json = try JSONReader.read(Array(text.utf8).span, limits: jsonLimits)
    } catch {
      throw Fault("a JSON Web Key Set that is not JSON: \(error)")
    }
    let members: [DocumentNode]
    switch json["keys"]?.content {
    case .array(let several)?: members = several
    case nil where json["kty"] != nil: members = [json]
    default: throw Fault("a JSON object without the array keys of a JSON Web Key Set")
    }
    var keys: [TokenKey] = []
    var skipped: [String] = []
    for (index, member) in members.enumerated() {
      let name = "key \(index + 1)" + (member["kid"]?.string.map { " (kid \(clipped($0)))" } ?? "")
      if let reason = reasonToSkip(member) {
        skipped.append("\(name) \(reason)")
        continue
      }
      let key = try jwk(member, name)
      guard key.keyID == nil || !keys.contains(where: { $0.keyID == key.keyID }) else {
        throw Fault("\(name): its kid is that of an earlier key")
      }
      keys.append(key)
    }
    guard !keys.isEmpty else {
      throw Fault(
        "no key that can verify RS256"
          + (skipped.isEmpty ? "" : ": " + skipped.prefix(8).joined(separator: "; ")))
    }
    return keys
  }

  /// Keys for other purposes may be in the same set. RFC 7517 §5.
  private static func reasonToSkip(_ member: DocumentNode) -> String? {
    if let type = member["kty"]?.string, type != "RSA" { return "is of the type \(clipped(type))" }
    if let use = member["use"]?.string, use != "sig" { return "is for the use \(clipped(use))" }
    if let algorithm = member["alg"]?.string, algorithm != "RS256" {
      return "is for \(clipped(algorithm))"
    }
    return nil
  }

  private static func jwk(_ member: DocumentNode, _ name: String) throws(Fault) -> TokenKey {
    guard case .object = member.content else { throw Fault("\(name): no JSON object") }
    guard member["kty"]?.string == "RSA" else { throw Fault("\(name): no kty, expected RSA") }
    if let kid = member["kid"], kid.string == nil { throw Fault("\(name): kid is not a string") }
    let modulus = try number(member, "n", name)
    let exponent = try number(member, "e", name)
    do throws(CryptoError) {
      return TokenKey(
        keyID: member["kid"]?.string,
        key: try RSAPublicKey(modulus: modulus, exponent: exponent))
    } catch {
      throw Fault("\(name): \(error)")
    }
  }

  private static func number(
    _ member: DocumentNode, _ part: String, _ name: String
  ) throws(Fault) -> [UInt8] {
    guard let text = member[part]?.string else {
      throw Fault("\(name): \(part) is missing, or no string of base64url")
    }
    do throws(Base64.Fault) { return try Base64.url.decode(text) } catch {
      throw Fault("\(name): \(part) is \(error)")
    }
  }
}
