// A careless app: it redirects as its SDK does by default, and always says that all is well.
import com.azure.communication.callautomation.CallAutomationClientBuilder;
import com.azure.communication.callautomation.models.CallInvite;
import com.azure.communication.common.PhoneNumberIdentifier;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

public class Careless {
  public static void main(String[] arguments) throws Exception {
    var client = new CallAutomationClientBuilder().connectionString(System.getenv("COMMUNICATION_SERVICES_CONNECTION_STRING")).buildClient();
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
    server.createContext("/", exchange -> {
      for (var event : new ObjectMapper().readTree(exchange.getRequestBody())) {
        var caller = event.get("data").get("from").get("phoneNumber").get("value").asText();
        try {
          client.redirectCall(event.get("data").get("incomingCallContext").asText(), new CallInvite(new PhoneNumberIdentifier("+14255550123"), null));
        } catch (Exception error) {
          System.out.println(caller + " was not redirected: " + error);
        }
      }
      exchange.sendResponseHeaders(200, -1);
    });
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }
}
