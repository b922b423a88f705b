#include "CTexts.h"

// #embed is C23; clang has it as an extension in the C that SwiftPM compiles. It is much faster than an array literal,
// and unlike .incbin the compiler tells the build which file it read, so that a change is seen.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi[] = {
#embed "texts/openapi.json.mustache"
};
const struct ctexts_text ctexts_openapi = {openapi, sizeof openapi};

static const unsigned char openapi_control[] = {
#embed "texts/openapi-control.json.mustache"
};
const struct ctexts_text ctexts_openapi_control = {openapi_control, sizeof openapi_control};

// The file is not moved, because people link to it.
static const unsigned char scenario_schema[] = {
#embed "../../fixtures/scenario.schema.json"
};
const struct ctexts_text ctexts_scenario_schema = {scenario_schema, sizeof scenario_schema};

// Sources/CTexts/page/make.py makes both out of Sources/CTexts/page.
static const unsigned char page[] = {
#embed "texts/page.html"
};
const struct ctexts_text ctexts_page = {page, sizeof page};

static const unsigned char page_gzip[] = {
#embed "texts/page.html.gz"
};
const struct ctexts_text ctexts_page_gzip = {page_gzip, sizeof page_gzip};
