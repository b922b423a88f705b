// A careful app: it tries while the call rings, waits as long as it is asked to, and answers the webhook what is true.
import com.azure.communication.callautomation.CallAutomationClient;
import com.azure.communication.callautomation.CallAutomationClientBuilder;
import com.azure.communication.callautomation.models.CallInvite;
import com.azure.communication.common.PhoneNumberIdentifier;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.HttpClientOptions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;

public class Careful {
  /** For one delivery: the next one, after a 500, has to come while the call rings. */
  static final Duration PATIENCE = Duration.ofSeconds(8);

  static final ObjectMapper json = new ObjectMapper();
  static final Duration TIMEOUT = Duration.ofSeconds(1);
  static final CallAutomationClient client = new CallAutomationClientBuilder()
      .connectionString(System.getenv("COMMUNICATION_SERVICES_CONNECTION_STRING"))
      .retryOptions(new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1))))
      .httpClient(HttpClient.createDefault(new HttpClientOptions().setConnectTimeout(TIMEOUT).setResponseTimeout(TIMEOUT)))
      .buildClient();

  /** The time that a response asks to wait; null where it asks for none. */
  static Duration waitOf(HttpResponse response) {
    if (response == null) return null;
    var milliseconds = response.getHeaderValue(HttpHeaderName.fromString("retry-after-ms"));
    if (milliseconds != null) return Duration.ofMillis(Long.parseLong(milliseconds));
    var value = response.getHeaderValue(HttpHeaderName.RETRY_AFTER);
    if (value == null) return null;
    if (value.matches("\\d+")) return Duration.ofSeconds(Long.parseLong(value));
    return Duration.between(Instant.now(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
  }

  /** Returns the status for Event Grid: 200 when another delivery cannot help, 500 when it may. */
  static int redirect(String context) throws InterruptedException {
    var ends = Instant.now().plus(PATIENCE);
    var pause = Duration.ofMillis(300);
    while (Instant.now().isBefore(ends)) {
      Duration asked = null;
      try {
        client.redirectCall(context, new CallInvite(new PhoneNumberIdentifier("+14255550123"), null));
        return 200;
      } catch (HttpResponseException error) {
        var response = error.getResponse();
        var status = response == null ? 500 : response.getStatusCode();
        var code = response == null ? null : response.getHeaderValue(HttpHeaderName.fromString("x-ms-error-code"));
        if ("8528".equals(code)) return 200; // redirected already: by a try whose response was lost, or by somebody else
        if (status >= 400 && status < 500 && status != 408 && status != 429 && !"8519".equals(code)) {
          System.out.println("not redirected: " + error.getMessage()); // the same request again would be refused again
          return 200;
        }
        asked = waitOf(response);
      } catch (RuntimeException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
          if (cause instanceof SSLException) return 500; // a service that cannot prove its name: the call is not sent there
        }
      }
      Thread.sleep(Math.max(0, (asked == null ? pause : asked.plusMillis(50)).toMillis()));
      pause = pause.multipliedBy(2);
    }
    return 500;
  }

  /** Of each event, what its redirect came to. */
  static final ConcurrentHashMap<String, AtomicInteger> statuses = new ConcurrentHashMap<>();

  /** The same for an event that may be delivered twice, also at the same moment: its copy waits, and redirects only after a 500. */
  static int redirectOnce(JsonNode event) throws InterruptedException {
    var status = statuses.computeIfAbsent(event.get("id").asText(), id -> new AtomicInteger());
    synchronized (status) {
      if (status.get() != 200) status.set(redirect(event.get("data").get("incomingCallContext").asText()));
      return status.get();
    }
  }

  public static void main(String[] arguments) throws Exception {
    var server = HttpServer.create(new InetSocketAddress(Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"))), 128);
    server.createContext("/", exchange -> {
      var status = 200;
      var body = new byte[0];
      for (var event : json.readTree(exchange.getRequestBody())) {
        if (event.get("eventType").asText().equals("Microsoft.EventGrid.SubscriptionValidationEvent")) {
          body = json.writeValueAsBytes(json.createObjectNode().set("validationResponse", event.get("data").get("validationCode")));
        } else {
          try {
            status = Math.max(status, redirectOnce(event));
          } catch (InterruptedException error) {
            status = 500;
          }
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }
}
