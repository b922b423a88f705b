import LibCrypto

/// The well-known keys: the same in every copy of the emulator, published in `fixtures/keys`, for use on the
/// loopback interface. They are not secrets and protect nothing.
package enum DevelopmentKeys {
  /// The access key of the resource `default`, as base64 of 64 bytes that say what they are.
  package static let accessKey =
    "cmVkaXJlY3QtZW11bGF0b3I6IHRoZSB3ZWxsLWtub3duIGRldmVsb3BtZW50IGtleTsgbm90IGEgc2VjcmV0Lg=="

  /// The name of the key pair in tokens and key sets.
  package static let keyID = "redirect-emulator-development"

  /// The resource id of the resource `default`, as in a token's `resourceId`.
  package static let resourceID = "00000000-0000-4000-8000-4d0000000010"

  /// Signs the tokens that the emulator issues. Reading the key costs some 20 microseconds, the first
  /// signature of a process about a millisecond, each further one 0.25.
  package static func tokenIssuer() throws(CryptoError) -> TokenIssuer {
    TokenIssuer(key: try RSAPrivateKey(pem: privateKeyPEM), keyID: keyID)
  }

  /// RSA 2048, PKCS #8.
  package static let privateKeyPEM = """
    -----BEGIN PRIVATE KEY-----
    MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCwqEuVwa9s4uFK
    erW2RJAyO5S7cKURIdEx8dQGb+QIvr2wZKA6mKhR3xlkohIM6xDY45l9ehakxL2n
    tQo4/4IxufyQzMlNPrpDJSxnz+I17/17CJjCyAwIaWUQjjhNWxE0EkmF3Zfhijbd
    FRJui4pav9IihriySomeMAbqwLl46EGHvBhDHZLqPNwyXycKnEQQIlf3MMlRCf/w
    gRh9MvFG4gf2t3VK55kDHxSQujatlBQfluT/9dM4zMT7DqE4ejlAFC2CrMKZYw9G
    qxCr/OIoht6rrsdIA5VZvsFl8A1VkoEN+ezd9oHWfRKhxCtTOR6sit1cZG9LhpXo
    +yH+G71BAgMBAAECggEAAvJKUR0J+mszU5fF3EclpOItBM5SwSfQUoCvJwyqipch
    2KVpAxPaP4P/gK1FAfhRZN4GSJs8HEiYGt9luasl+63XilO8FMt+dacS/UfwmjKJ
    RrTPQB/FjEYJFJRcAzWeYmuz/xAB2+tp/FiBC50iCYmdrTaUMeG/4gajiuVRgp8i
    mlhMyIs77vsO3bxlXF8WL2JxfmLQ2bjb7p48kSnUuz7Rj7O5bHymnhxzOAFe9NMx
    pcMDSCyvvH7sS5FBHSlkNwQAz/fQRRY0uNzeUJt64hFcEvKzovWXCLGTn1Mzf88b
    RXTLbkPWHUopkyTfMO4AxJrnxJa/iGmtxQDmYnTQkQKBgQDu2469L5ff5DY6vVDz
    LkuiTjTYdLQUosFZFaHG65JAWgpO8wqs0VRb6msvTyO77XGpgaP7jDpDW6TceSRQ
    dhdF5ZG3Y0wsu5T4Jhk7XubIY8oShqk/GN+xO+Nk4jkLYr4PU6nFDC0xa21Wkc/d
    Kc1SOuUX+hymAxZddco6Ap4r2QKBgQC9VfSwOZhczqO8kzmzuswytujmsfoLgGPc
    ZP3CofytoORCNiz6Y1kD9+sb5M3bct8wIszdHNoWXnmYadH0ixM3BSG39YELYUtf
    nZJ5hRuvRkBxb+unD5FXkb2LQqsLyFY7EQKackSSD+6RirUDKq7ovL7/LJEZ8lcA
    Vf5TYI9DqQKBgQC518xseE5Tni1vcIM+YmPoqa7GR68hayzCkmkn63wEY8oneURy
    CAD57x9sVMf53RoVh8+91XIznGdeP0c471jWQnMo27KWD3Etzf7Nyd4IRlQgK/Qd
    Ks5JCM65XKaDrFUyeabasMms7OfKdnLjojWlaDt9d1W4+Sf6mb45enX0qQKBgDX1
    53TKFWht5DB8bTeSB1x00M/e7XqVruBDUCdGb3M0pZlRQ2RhKB9/atxaS2k9xeo8
    INLrxCQX7OPJVPMzJ9jId6GsMIkDw62OhQ5pJ0i+5uLtmOXWBABHIxQrfgAvqpPO
    90T5SB2wuLd2JryuT4c5M94Z34jbjnwkBgXRQUNxAoGBAJ67ANVhtRB9/oVdx6kw
    4NZC15VJGGG3lCIh49lpoD6cGNamIJPU+QwaN1cHp8vCHIZ0c/GOTflegVaMolhE
    LDxBEOnme96jEBdNKtlErKm2mATf7kBNKGtqx8OfbIz8JpZlYs2ZJ5mzwRU1r3Cw
    wbgWgQdzXh+7eKRPCcfbB6CU
    -----END PRIVATE KEY-----
    """
}
