#include "assets.h"

#include <string.h>

// #embed is C23; the compiler knows it in every language mode and would warn of it.
#pragma clang diagnostic ignored "-Wc23-extensions"

struct asset {
  const char *name;
  // Text without NUL, and a NUL behind it.
  const uint8_t *bytes;
};

// Every file of `web`, by name. A test compares this list with the folder.
static const struct asset assets[] = {
    {"actions.js",
     (const uint8_t[]){
#embed "web/actions.js" suffix(, 0)
     }},
    {"api.js",
     (const uint8_t[]){
#embed "web/api.js" suffix(, 0)
     }},
    {"app.js",
     (const uint8_t[]){
#embed "web/app.js" suffix(, 0)
     }},
    {"base.css",
     (const uint8_t[]){
#embed "web/base.css" suffix(, 0)
     }},
    {"controls.css",
     (const uint8_t[]){
#embed "web/controls.css" suffix(, 0)
     }},
    {"details.js",
     (const uint8_t[]){
#embed "web/details.js" suffix(, 0)
     }},
    {"dialog.js",
     (const uint8_t[]){
#embed "web/dialog.js" suffix(, 0)
     }},
    {"dom.js",
     (const uint8_t[]){
#embed "web/dom.js" suffix(, 0)
     }},
    {"domains.js",
     (const uint8_t[]){
#embed "web/domains.js" suffix(, 0)
     }},
    {"drop.js",
     (const uint8_t[]){
#embed "web/drop.js" suffix(, 0)
     }},
    {"filegrid.js",
     (const uint8_t[]){
#embed "web/filegrid.js" suffix(, 0)
     }},
    {"filesource.js",
     (const uint8_t[]){
#embed "web/filesource.js" suffix(, 0)
     }},
    {"format.js",
     (const uint8_t[]){
#embed "web/format.js" suffix(, 0)
     }},
    {"help.js",
     (const uint8_t[]){
#embed "web/help.js" suffix(, 0)
     }},
    {"icon.svg",
     (const uint8_t[]){
#embed "web/icon.svg" suffix(, 0)
     }},
    {"icons.js",
     (const uint8_t[]){
#embed "web/icons.js" suffix(, 0)
     }},
    {"index.html",
     (const uint8_t[]){
#embed "web/index.html" suffix(, 0)
     }},
    {"keys.js",
     (const uint8_t[]){
#embed "web/keys.js" suffix(, 0)
     }},
    {"library.css",
     (const uint8_t[]){
#embed "web/library.css" suffix(, 0)
     }},
    {"library.js",
     (const uint8_t[]){
#embed "web/library.js" suffix(, 0)
     }},
    {"links.js",
     (const uint8_t[]){
#embed "web/links.js" suffix(, 0)
     }},
    {"menu.js",
     (const uint8_t[]){
#embed "web/menu.js" suffix(, 0)
     }},
    {"overlay.css",
     (const uint8_t[]){
#embed "web/overlay.css" suffix(, 0)
     }},
    {"page.js",
     (const uint8_t[]){
#embed "web/page.js" suffix(, 0)
     }},
    {"pages.css",
     (const uint8_t[]){
#embed "web/pages.css" suffix(, 0)
     }},
    {"pictures.js",
     (const uint8_t[]){
#embed "web/pictures.js" suffix(, 0)
     }},
    {"preview.js",
     (const uint8_t[]){
#embed "web/preview.js" suffix(, 0)
     }},
    {"router.js",
     (const uint8_t[]){
#embed "web/router.js" suffix(, 0)
     }},
    {"settings.js",
     (const uint8_t[]){
#embed "web/settings.js" suffix(, 0)
     }},
    {"shell.css",
     (const uint8_t[]){
#embed "web/shell.css" suffix(, 0)
     }},
    {"shell.js",
     (const uint8_t[]){
#embed "web/shell.js" suffix(, 0)
     }},
    {"signin.js",
     (const uint8_t[]){
#embed "web/signin.js" suffix(, 0)
     }},
    {"site.webmanifest",
     (const uint8_t[]){
#embed "web/site.webmanifest" suffix(, 0)
     }},
    {"theme.js",
     (const uint8_t[]){
#embed "web/theme.js" suffix(, 0)
     }},
    {"themes.js",
     (const uint8_t[]){
#embed "web/themes.js" suffix(, 0)
     }},
    {"toast.js",
     (const uint8_t[]){
#embed "web/toast.js" suffix(, 0)
     }},
    {"transfer.js",
     (const uint8_t[]){
#embed "web/transfer.js" suffix(, 0)
     }},
    {"upload.js",
     (const uint8_t[]){
#embed "web/upload.js" suffix(, 0)
     }},
    {"uploads.css",
     (const uint8_t[]){
#embed "web/uploads.css" suffix(, 0)
     }},
    {"uploads.js",
     (const uint8_t[]){
#embed "web/uploads.js" suffix(, 0)
     }},
    {"uploadspage.js",
     (const uint8_t[]){
#embed "web/uploadspage.js" suffix(, 0)
     }},
    {"uploadstore.js",
     (const uint8_t[]){
#embed "web/uploadstore.js" suffix(, 0)
     }},
    {"uploadtray.js",
     (const uint8_t[]){
#embed "web/uploadtray.js" suffix(, 0)
     }},
    {"usage.js",
     (const uint8_t[]){
#embed "web/usage.js" suffix(, 0)
     }},
    {"webhooks.js",
     (const uint8_t[]){
#embed "web/webhooks.js" suffix(, 0)
     }},
};

size_t coffer_asset_count(void) { return sizeof assets / sizeof assets[0]; }

const char *coffer_asset_name(size_t index) { return assets[index].name; }

size_t coffer_asset_length(size_t index) { return strlen((const char *)assets[index].bytes); }

void coffer_asset_copy(size_t index, uint8_t *into) {
  memcpy(into, assets[index].bytes, coffer_asset_length(index));
}
