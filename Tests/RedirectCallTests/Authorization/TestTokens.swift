import Core
import LibCrypto
import RedirectCall

/// Tokens made for one test each.
enum TestTokens {
  static let resource = DevelopmentKeys.resourceID
  /// The moment that tokens are issued at.
  static let now = Instant(seconds: 1_795_428_000)

  static func issuer() throws -> TokenIssuer { try DevelopmentKeys.tokenIssuer() }

  static func otherIssuer(keyID: String = "other") throws -> TokenIssuer {
    TokenIssuer(key: try RSAPrivateKey(pem: otherKeyPEM), keyID: keyID)
  }

  static func verifier() throws -> TokenVerifier {
    TokenVerifier(keys: [try issuer().tokenKey])
  }

  /// Claims of a user access token, with some of them replaced (by JSON) or taken out (by nil).
  static func claims(_ changes: [String: String?] = [:]) -> String {
    var claims: [String: String] = [
      "skypeid": "\"acs:\(resource)_user\"", "scp": "1792", "csi": "\"1\"",
      "exp": "\(now.seconds + 3_600)", "iat": "\(now.seconds)", "rgn": "\"de\"",
      "acsScope": "\"chat,voip\"", "resourceId": "\"\(resource)\"",
      "resourceLocation": "\"germany\"",
    ]
    for (name, value) in changes { claims[name] = value }
    return "{" + claims.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }

  /// Claims of an Entra token.
  static func entra(_ changes: [String: String?] = [:]) -> String {
    var all: [String: String?] = [
      "skypeid": nil, "acsScope": nil, "resourceId": nil,
      "aud": "\"https://communication.azure.com\"", "oid": "\"object\"", "iss": "\"issuer\"",
    ]
    for (name, value) in changes { all.updateValue(value, forKey: name) }
    return claims(all)
  }

  /// A JWT of any header and payload, signed by the development key.
  static func token(header: String, payload: String = claims()) throws -> String {
    let signed = base64URL(header) + "." + base64URL(payload)
    let signature = try RSAPrivateKey(pem: DevelopmentKeys.privateKeyPEM)
      .signRS256(Array(signed.utf8).span)
    return signed + "." + Base64.url.encode(signature.span)
  }

  static func base64URL(_ text: String) -> String {
    Base64.url.encode(Array(text.utf8).span)
  }

  static func verify(
    _ token: String, by verifier: TokenVerifier? = nil
  ) throws -> Result<VerifiedToken, Rejection> {
    let verifier = try verifier ?? TestTokens.verifier()
    // Something is before and behind the token, as in a request.
    let bytes = Array("Bearer \(token)\r\n".utf8)
    do throws(Rejection) {
      return .success(try verifier.verify(bytes.span, 7..<(bytes.count - 2)))
    } catch {
      return .failure(error)
    }
  }

  /// Another key pair, made for these tests with `openssl genrsa`; it protects nothing.
  static let otherKeyPEM = """
    -----BEGIN PRIVATE KEY-----
    MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDC1wn4cKaaF+mI
    ouKYTWgxXcBmCa2Pn0HFJXGyDPy6JCO0ilpWhjcipes9slhIix8XNpve5KD71K1m
    ry0Qg3gNOiKomLTEVS6v2fufiR7p2p6bWnhxZ2JUtWW4rYe7LXvnPCoWGzY+Y9ZZ
    0tF0MZfCskWE2UJNr0tns8TsFuhfFwtxbY+P9cTNHWWXs1cphpdddVoY9ifaKxPg
    02vZRx4H1fb14mBkC5QRFN8/Ed2/3xO5ORX/Sgoq5u3GoSI4vqFJu07Dhkv3OOfm
    BlQjKBuYQJ2mBwV3mWcV5d9iqWS4uCABckcM0uI2C/+4GyrkgQqvhLaq3eC+E8nU
    pQd2qvcVAgMBAAECggEACm7T0pkLnrwxjda0/fVFI0GTJBOYFtTvA2S4JBHUdY4q
    WEhBQplQufr67/SNDCNg8JAExChnY1y1xUYTimsTwleO1ArLQSkThSiNs/L2dAy4
    CfcL9HyV9BW7gupN1oy+sfjTgxgFbU1QxMIIY6mlJ/B+TvkINxswFTc3z/GBE1hT
    YFWfZJR8sctAvjkax+/nDtLLbNWuUmJwsx6rUCjRaAuVptr529tr3Apc/EspIa2u
    oSd2urXaCo9cJrfPGqLPqdPlP6oMMGcPDIG/3Dl4CH2LiKf1RBQ2YBPdECjP0fQ+
    NG/lomblnxk8Q6IIeGOAkQBfLOjGaXWQ0k1tZG0FyQKBgQDlEKid5KCqaNeQIygp
    1XsKOB7mORPgYTKneskQ+OjthVC/GW2A6rtTG2WMEEWNzHDl7KEvNPMa1udRqr6j
    088CnZWWdPWIZ3xDxBw4McJwWrLqqyX1OnnfX1eSQzUmJ/PFWWNt8W2m6/UneH2C
    wbrua6z5Mx43kWqnR2FLHlyL3QKBgQDZwCIjrhOqQ+MFL0CRLPeLj5mocaFg8hEO
    YTw9TsSt9Rt7ICBq6W9/Pl0EYqL91s+izgb+po06U8TCmkYMDJAt5lbF9mI7g2Pm
    o9EY04Swu5+t997cxREy4zO94j1n2qR/9RFOD4VBRYpRAjmUe0OpJkjDaTLhWN67
    l6j56ELgmQKBgQCbXmVAU2a2r04nMfF4DpjaIZ6zwVs+Ai99cccXf/1dveM6+2BO
    5OgSQq7qBc9nkpexHINnpZ6PQdy8g/ey32O1/nUMDGDOGIMs48PQSc/8rUhV66hf
    YT5wyBZ52qQeMVMjNLJATFV3tuwdzZg0LHtCZD56+LUyM6wHsl7HuNxE8QKBgQCA
    x2+pWF9K+EFAJLTz5vsz76Z5h1Jgymip73m37GjHVMl+5P4nHI2TXGeYm1k39J3x
    9BUQ76FgmIAqcyDwKVHvw2UYSOHJvqgLlGCqZRX5i80hDxIf0PCd/t7v8uhMDnPx
    NReZ6fXuJ1lpFX7GQKxAUmMAJqwvt+ZqXYRS4DkFKQKBgAK6HtRFSTn+aDXm2M7Q
    Anwh9ZxFEsy5NEIro04I+hkO7CqQ7n9X7ONpIRY+z0Hwc44n95fApJhEwfVDyZHL
    QfcQvKSnew1XWvM45cTGCU4yMFoQbboEGRgvDmTCEhNLplP9BCazHEtpHRlIwWWq
    HkVLnLLADGAhucpvzrPkKBq+
    -----END PRIVATE KEY-----
    """
}
