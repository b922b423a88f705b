import Documents
import HTTP1
import RedirectEmulator
import Testing

@Suite struct RedactionTests {
  @Test(
    "as many bytes are kept as are allowed, and the others counted", arguments: [1, 63, 64, 500])
  func limited(_ limit: Int) {
    // What stands for a secret can be longer than the secret.
    for line in ["x-emulator-key:1\n", "signature=\n", "plain words, as they come\n", "asx"] {
      let bytes = Array(String(repeating: line, count: 60).utf8)
      let all = Redaction.redacted(unparsed: bytes.span)
      let kept = Redaction.redacted(unparsed: bytes.span, atMost: limit)
      #expect(kept.bytes == Array(all.bytes.prefix(limit)), "\(line) \(limit)")
      #expect((kept.cutBytes == 0) == (all.bytes.count <= limit), "\(line) \(limit)")
      #expect(all.cutBytes == 0)
    }
    let request = Array(JournalSamples.request(body: String(repeating: "b", count: 1_000)).utf8)
    let head = JournalSamples.head(of: request)
    let content = request.span.extracting(head.length..<request.count)
    let whole = Redaction.redacted(request.span, head: head, content: content)
    let kept = Redaction.redacted(request.span, head: head, content: content, atMost: limit)
    #expect(whole.cutBytes == 0)
    #expect(kept.bytes.count <= limit && kept.cutBytes > 0)
    #expect(kept.bytes == Array(whole.bytes.prefix(kept.bytes.count)))
    // A part of a head cannot be read as one.
    #expect((kept.headLength == nil) == (head.length > limit))
  }

  @Test(
    "what is secret in a credential is replaced, the rest stays",
    arguments: [
      ("Bearer aa.bb.SECRET", "Bearer aa.bb.***"),
      ("bearer   aa.bb.SECRET", "bearer   aa.bb.***"),
      ("aa.bb.SECRET", "aa.bb.***"),
      ("Bearer aa.bb.SECRET, HMAC-SHA256 Signature=SECRET", "Bearer aa.bb.***"),
      ("Bearer aa.bb.SECRET.SECRET.SECRET", "Bearer aa.bb.***"),
      ("Bearer SECRET", "Bearer ***"),
      ("SECRET", "***"),
      ("Bearer a=.SECRET.SECRET", "Bearer ***"),
      ("Basic SECRET", "Basic ***"),
      (
        "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=SECRET=",
        "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=***"
      ),
      ("hmac-sha256 signature=SECRET&SignedHeaders=host", "hmac-sha256 signature=***"),
      ("HMAC-SHA256 Signature=SECRET&Signature=SECRET", "HMAC-SHA256 Signature=***"),
      ("HMAC-SHA256 Signature:SECRET", "HMAC-SHA256 ***"),
      ("HMAC-SHA256", "***"),
    ])
  func credentials(credential: String, stored: String) {
    let request = JournalSamples.request(authorization: credential)
    let message = JournalSamples.recorded(request)
    #expect(
      String(decoding: message.bytes, as: UTF8.self)
        == request.replacing("Authorization: " + credential, with: "Authorization: " + stored))
    #expect(message.bytes.count - JournalSamples.body.utf8.count == message.headLength)
  }

  @Test("an empty credential and a request without one are kept as they are")
  func nothingToCut() {
    for credential in [nil, ""] {
      let request = JournalSamples.request(authorization: credential)
      #expect(JournalSamples.recorded(request).bytes == Array(request.utf8))
    }
  }

  @Test(
    "control keys, proxies' credentials and second credentials are replaced as well",
    arguments: [
      "x-emulator-key: SECRET", "X-Emulator-Key: SECRET", "proxy-Authorization: Basic SECRET",
      "authorization: Bearer x.y.SECRET", "Authorization: HMAC-SHA256 Signature=SECRET",
      "X-IDENTITY-HEADER: SECRET",
    ])
  func otherFields(field: String) {
    let message = JournalSamples.recorded(
      JournalSamples.request(fields: ["x-before: 1", field, "x-behind: 2"]))
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(!text.contains("SECRET"))
    #expect(!text.contains(JournalSamples.signature))
    #expect(text.contains("x-before: 1\r\n"))
    #expect(text.contains("***\r\nx-behind: 2\r\nContent-Length:"))
    #expect(text.hasSuffix("\r\n\r\n" + JournalSamples.body))
  }

  @Test("the public length that is kept with a token gives the same bytes")
  func hint() {
    let credential = "Bearer " + JournalSamples.token
    let bytes = Array(credential.utf8)
    let length = Redaction.publicLength(ofCredential: 0..<bytes.count, in: bytes.span)
    #expect(length == bytes.count - JournalSamples.signature.utf8.count)
    let request = JournalSamples.request()
    #expect(
      JournalSamples.recorded(request, hint: length) == JournalSamples.recorded(request))
  }

  @Test(
    "a message that shares a token's public part reads as one that does not, and takes less",
    arguments: ["Bearer ", "bearer   ", ""])
  func shared(scheme: String) throws {
    let request = JournalSamples.request(
      authorization: scheme + JournalSamples.token,
      fields: ["x-emulator-key: SECRET", "x-behind: 2"])
    let bytes = Array(request.utf8)
    let part = Array(JournalSamples.token.utf8.dropLast(JournalSamples.signature.utf8.count))
    let end = try #require(request.firstRange(of: JournalSamples.signature)?.lowerBound)
    let offset = request.utf8.distance(from: request.startIndex, to: end)
    let plain = JournalSamples.recorded(request)
    for isCounted in [false, true] {
      let message = JournalSamples.recorded(
        request, shared: Redaction.SharedPart(part, upTo: offset, isCounted: isCounted))
      #expect(message == plain)
      #expect(message.bytes == plain.bytes && message.count == plain.count)
      #expect(message.headLength == plain.headLength && message.cutBytes == 0)
      #expect(message.cost == plain.cost + (isCounted ? 32 : -part.count))
      let rest = message.withoutToken
      #expect(rest.count == plain.count - part.count && rest.cost == rest.count)
      #expect(
        String(decoding: rest.bytes, as: UTF8.self)
          == String(decoding: plain.bytes, as: UTF8.self)
          .replacing(String(decoding: part, as: UTF8.self), with: ""))
    }
    // One that would be in another place is no part of the message.
    for wrong in [0, offset - 1, offset + 1, bytes.count + 1] {
      let message = JournalSamples.recorded(
        request, shared: Redaction.SharedPart(part, upTo: wrong, isCounted: false))
      #expect(message == plain && message.cost == plain.cost, "\(wrong)")
    }
    #expect(plain.withoutToken == plain && plain.cost == plain.count)
  }

  @Test("messages with other bytes are not equal, whatever they share")
  func unequal() {
    let one = JournalSamples.recorded(JournalSamples.request())
    #expect(one != JournalSamples.recorded(JournalSamples.request(fields: ["x: 1"])))
    #expect(one != Redaction.redacted(unparsed: one.bytes.span))
  }

  @Test("a hint is for the first credential only")
  func hintAndSecondCredential() {
    let message = JournalSamples.recorded(
      JournalSamples.request(fields: ["Authorization: SECRET-AND-LONGER-THAN-THE-HINT"]), hint: 53)
    #expect(!String(decoding: message.bytes, as: UTF8.self).contains("SECRET"))
  }

  @Test(
    "bytes that could not be read lose what may be a secret",
    arguments: [
      ("GET / HTTP/1.1\r\nAuthorization : aa.bb.SECRET\r\nx: y", "Authorization***\r\nx: y"),
      ("authorization:SECRET\n x: SECRET\r\n\tSECRET\r\ny: z", "authorization***\r\ny: z"),
      ("GET /\0Authorization: SECRET", "Authorization***"),
      ("X-EMULATOR-KEY: SECRET\nz", "X-EMULATOR-KEY***\nz"),
      ("A: HMAC Signature=SECRET&b", "Signature=***"),
      ("xyauthorization:SECRET\r\rSECRET", "xyauthorization***"),
    ])
  func unparsed(bytes: String, end: String) {
    let message = Redaction.redacted(unparsed: Array(bytes.utf8).span)
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(!text.contains("SECRET"))
    #expect(text.hasSuffix(end), "\(text)")
    #expect(message.headLength == nil)
  }

  @Test("bytes that could not be read and hold no secret stay as they are")
  func unparsedWithoutSecrets() {
    let bytes = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(Redaction.redacted(unparsed: bytes.span).bytes == bytes)
  }

  @Test("no rendering of an entry has a signature in it")
  func renderings() {
    var entry = JournalSamples.entry(id: "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f")
    entry.user = "8:acs:user"
    let journal = JournalSamples.journal([entry])
    var page = JSONWriter()
    journal.page().write(to: &page, resource: "default")
    var renderings = [page.bytes]
    for entry in journal.page().entries {
      let request = RecordedRequest(entry, resource: "default")
      renderings.append(request.json(raw: true))
      renderings.append(request.raw)
      renderings.append(EventStream.event(for: entry, resource: "default"))
      renderings.append(Array(request.headers.map(\.value).joined().utf8))
    }
    #expect(renderings.count == 5)
    for bytes in renderings {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains(JournalSamples.signature))
      #expect(text.contains("***"))
    }
  }
}
