import Core
import LibCrypto
import Testing

@Suite struct RSATests {
  @Test("the signature of RFC 7515 A.2 holds, and no other text or signature does")
  func knownAnswer() throws {
    let key = try RSAPublicKey(
      modulus: Base64.url.decode(
        """
        ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL\
        -yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e\
        -KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9\
        _h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ
        """), exponent: Base64.url.decode("AQAB"))
    let text = utf8(
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
        + "S9pc19yb290Ijp0cnVlfQ")
    let signature = try Base64.url.decode(
      """
      cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds\
      9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRm\
      B_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98r\
      qVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw
      """)
    #expect(key.verifies(signature, of: text))
    #expect(!key.verifies(signature, of: Array(text.dropFirst())))
    #expect(!key.verifies(signature.dropLast(), of: text))
    #expect(!key.verifies([UInt8](), of: text))
    for index in [0, 100, 255] {
      var other = signature
      other[index] ^= 1
      #expect(!key.verifies(other, of: text))
    }
  }

  @Test("the public key is the same from every form it comes in")
  func forms() throws {
    let message = utf8("message")
    let keys = try [
      RSAPublicKey(pem: TestKeys.publicSPKI), RSAPublicKey(pem: TestKeys.publicPKCS1),
      RSAPublicKey(pem: TestKeys.privatePKCS8), RSAPublicKey(pem: TestKeys.privatePKCS1),
      RSAPrivateKey(pem: TestKeys.privatePKCS8).publicKey,
    ]
    for key in keys {
      #expect(key.verifies(TestKeys.signature, of: message))
      #expect(key.modulus == keys[0].modulus)
      #expect(key.exponent == [1, 0, 1])
    }
  }

  @Test("a signature is the one that openssl makes")
  func signs() throws {
    for pem in [TestKeys.privatePKCS8, TestKeys.privatePKCS1] {
      let signature = try RSAPrivateKey(pem: pem).signature(of: utf8("message"))
      #expect(signature == TestKeys.signature)
    }
  }

  @Test(
    "a text that holds no usable public key says why",
    arguments: [
      ("", "no PEM block"), ("nothing of the kind", "no PEM block"),
      (TestKeys.publicOf1024Bits, "1024 bits"), (TestKeys.publicOfCurve, "not an RSA key"),
      (TestKeys.publicSPKI + "\n" + TestKeys.publicSPKI, "2 PEM blocks"),
      (TestKeys.encrypted, "encrypted"),
      (
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "could not read a PUBLIC KEY"
      ),
      ("-----BEGIN PUBLIC KEY-----\nA!AA\n-----END PUBLIC KEY-----\n", "could not read block 1"),
      ("-----BEGIN PUBLIC KEY-----\nAAAA\n", "could not read block 1"),
      ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "CERTIFICATE, expected"),
    ])
  func refusedPublic(pem: String, reason: String) {
    let error = #expect(throws: CryptoError.self) { try RSAPublicKey(pem: pem) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test(
    "a text that holds no usable private key says why",
    arguments: [
      (TestKeys.publicSPKI, "expected PRIVATE KEY"), (TestKeys.privateOfCurve, "not an RSA key"),
      (TestKeys.encrypted, "encrypted"), ("", "no PEM block"),
    ])
  func refusedPrivate(pem: String, reason: String) {
    let error = #expect(throws: CryptoError.self) { try RSAPrivateKey(pem: pem) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test("numbers that make no RSA key are refused")
  func refusedNumbers() throws {
    let modulus = try RSAPublicKey(pem: TestKeys.publicSPKI).modulus
    let wrong: [([UInt8], [UInt8])] = [
      ([], [1, 0, 1]), (modulus, []), (modulus, [1]), (modulus, [0, 1]), (modulus, [2]),
      (modulus, [0]), (Array(modulus.prefix(128)), [1, 0, 1]),
      (modulus.dropLast() + [0], [1, 0, 1]), (.init(repeating: 255, count: 1_025), [1, 0, 1]),
      (modulus, .init(repeating: 1, count: 9)),
    ]
    for (n, e) in wrong {
      #expect(throws: CryptoError.self) { try RSAPublicKey(modulus: n, exponent: e) }
    }
  }
}
