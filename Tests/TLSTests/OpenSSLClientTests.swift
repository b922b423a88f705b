import Glibc
import LibCrypto
import TLS
import Testing

@Suite struct OpenSSLClientTests {
  @Test(
    "openssl's client verifies the certificate and reads the response",
    arguments: [
      ("-tls1_2", "TLSv1.2", "localhost"), ("-tls1_3", "TLSv1.3", "localhost"),
      ("-tls1_3", "TLSv1.3", "contoso.communication.azure.com"),
      ("-tls1_3", "TLSv1.3", "made.example"),
    ])
  func verifies(flag: String, version: String, name: String) throws {
    let server = try TestServer()
    let folder = try TemporaryFolder()
    let file = try folder.write(server.authority.pem, to: "ca.pem")
    let seen = try OpenSSLCommand.client(
      server.contexts.standard,
      [
        flag, "-CAfile", file, "-servername", name, "-verify_hostname", name,
        "-verify_return_error", "-alpn", "h2,http/1.1",
      ])
    #expect(seen.server == .done)
    for expected in [
      "Verify return code: 0 (ok)", "New, \(version)", "ALPN protocol: http/1.1",
      "a line of the server", "Verified peername: ",
    ] {
      #expect(seen.output.contains(expected), "no \(expected) in \(seen.output)")
    }
  }

  @Test("openssl's client resumes its session", arguments: ["-tls1_2", "-tls1_3"])
  func resumes(flag: String) throws {
    let server = try TestServer()
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/session"
    let first = try OpenSSLCommand.client(server.contexts.standard, [flag, "-sess_out", file])
    #expect(!first.isResumed)
    let second = try OpenSSLCommand.client(server.contexts.standard, [flag, "-sess_in", file])
    #expect(second.isResumed)
    #expect(second.output.contains("Reused, TLSv1"), "\(second.output)")
  }

  @Test(
    "openssl's client is refused by the alert that is due",
    arguments: [
      (["-tls1", "-cipher", "ALL:@SECLEVEL=0"], "alert protocol version"),
      (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "alert protocol version"),
      (["-alpn", "h2"], "alert no application protocol"),
    ])
  func refused(arguments: [String], alert: String) throws {
    let seen = try OpenSSLCommand.client(TestServer().contexts.standard, arguments)
    #expect(seen.output.contains(alert), "\(seen.output)")
  }

  @Test("openssl's client asks for renegotiation and reads that there is none")
  func renegotiation() throws {
    let seen = try OpenSSLCommand.client(
      TestServer().contexts.standard, ["-tls1_2"], typed: "R\n")
    #expect(seen.server == .done)
    #expect(seen.output.contains("RENEGOTIATING"), "\(seen.output)")
    #expect(seen.output.contains("no renegotiation"), "\(seen.output)")
  }

  @Test(
    "a certificate that openssl made is shown with its own kind of key",
    arguments: [
      (["rsa:2048"], "-tls1_2", "ECDHE-RSA-AES128-GCM-SHA256"),
      (["rsa:2048"], "-tls1_3", "TLS_AES_128_GCM_SHA256"),
      (["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "-tls1_3", "TLS_AES_128_GCM_SHA256"),
      (["ed25519"], "-tls1_3", "TLS_AES_128_GCM_SHA256"),
    ])
  func own(kind: [String], version: String, cipher: String) throws {
    let folder = try TemporaryFolder()
    let (certificate, key) = ("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
    let made = try OpenSSLCommand.run(
      ["req", "-x509", "-nodes", "-newkey"] + kind + [
        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=own.example", "-addext",
        "subjectAltName=DNS:own.example",
      ])
    try #require(made.status == 0, "\(made.output)")
    let read = try ServerCertificate(
      chainPEM: folder.read("cert.pem"), keyPEM: folder.read("key.pem"), now: time(nil))
    let contexts = try TLSContexts(certificate: read, names: TLSContexts.names())
    let seen = try OpenSSLCommand.client(
      contexts.standard,
      [
        version, "-CAfile", certificate, "-verify_hostname", "own.example", "-verify_return_error",
      ])
    #expect(seen.output.contains("Verify return code: 0 (ok)"), "\(seen.output)")
    #expect(seen.output.contains("Cipher is \(cipher)"), "\(seen.output)")
  }

  @Test(
    "openssl verifies a certificate by the authority's file, and its names and uses are as meant")
  func chain() throws {
    let server = try TestServer()
    let folder = try TemporaryFolder()
    let authority = try folder.write(server.authority.pem, to: "ca.pem")
    let leaf = try folder.write(server.contexts.certificate.pem, to: "leaf.pem")
    let verified = try OpenSSLCommand.run([
      "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", authority,
      "-verify_hostname", "localhost", "-verify_ip", "::1", leaf,
    ])
    #expect(verified.status == 0, "\(verified.output)")
    let text = try OpenSSLCommand.run(["x509", "-in", leaf, "-noout", "-text"]).output
    for expected in [
      "DNS:localhost, DNS:*.localhost, DNS:*.communication.azure.com, IP Address:127.0.0.1, "
        + "IP Address:0:0:0:0:0:0:0:1", "CA:FALSE", "Digital Signature",
      "TLS Web Server Authentication", "Subject Key Identifier", "Authority Key Identifier",
      "prime256v1",
    ] {
      #expect(text.contains(expected), "no \(expected) in \(text)")
    }
    let other = try folder.write(TestServer().authority.pem, to: "other.pem")
    #expect(try OpenSSLCommand.run(["verify", "-CAfile", other, leaf]).status != 0)
  }
}
