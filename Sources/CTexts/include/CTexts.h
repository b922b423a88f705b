#ifndef CTEXTS_H
#define CTEXTS_H
// Long texts, embedded from files by the compiler. CTexts.c lists them.
#include <stddef.h>

struct ctexts_text {
  const unsigned char *bytes;
  size_t count;
};

extern const struct ctexts_text ctexts_openapi;
extern const struct ctexts_text ctexts_openapi_control;
extern const struct ctexts_text ctexts_scenario_schema;
extern const struct ctexts_text ctexts_page;
extern const struct ctexts_text ctexts_page_gzip;
#endif
