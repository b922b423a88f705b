import HTTP1
import RedirectCall
import Testing

@Suite struct OperationRouteTests {
  @Test(
    "both spellings of the colon are the operation",
    arguments: [
      "/calling/callConnections:redirect", "/calling/callConnections%3Aredirect",
      "/calling/callConnections%3aredirect", "/calling/callConnections:redirect?api-version=x",
    ])
  func passes(target: String) {
    let message = Message(target: target)
    let refused = rejection { () throws(Rejection) in
      try OperationRoute.check(message: message.bytes.span, head: message.head)
    }
    #expect(refused == nil)
  }

  @Test(
    "another path is 404",
    arguments: [
      "", "/", "*", "/calling/callConnections", "/calling/callConnections:redirect/",
      "//calling/callConnections:redirect", "/calling/callConnections:Redirect",
      "/Calling/callConnections:redirect", "/calling/callConnections;redirect",
      "/calling/callConnections%3Bredirect", "/calling/callConnections%253Aredirect",
      "/calling/callConnections%3Xredirect", "/%63alling/callConnections:redirect",
      "/calling/./callConnections:redirect", "/calling/callConnections:connect",
      "/calling/callConnections::redirec", "/calling/callConnections:redirectx",
    ])
  func notFound(target: String) throws {
    for method in [Method.post, .get] {
      let message = Message(method: method, target: target)
      let refused = try #require(
        rejection { () throws(Rejection) in
          try OperationRoute.check(message: message.bytes.span, head: message.head)
        })
      #expect(refused.stage == .route)
      #expect(refused.status == 404)
      #expect(refused.error.code == "ResourceNotFound")
      #expect(refused.fields.isEmpty)
      #expect(refused.section == "1. The operation")
    }
  }

  @Test(
    "another method is 405 and names POST",
    arguments: [
      (Method.get, "GET"), (.head, "HEAD"), (.put, "PUT"), (.patch, "PATCH"),
      (.delete, "DELETE"), (.options, "OPTIONS"), (.trace, "TRACE"), (.other, "post"),
      (.other, "BREW"),
    ])
  func methodNotAllowed(method: Method, text: String) throws {
    let message = Message(method: method, methodText: text)
    let refused = try #require(
      rejection { () throws(Rejection) in
        try OperationRoute.check(message: message.bytes.span, head: message.head)
      })
    #expect(refused.stage == .route)
    #expect(refused.status == 405)
    #expect(refused.error.code == "MethodNotAllowed")
    #expect(refused.error.message.contains("method \(text) "))
    #expect(refused.fields == [ResponseField("Allow", "POST")])
  }
}
