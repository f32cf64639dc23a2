/* html_assets.h - html.css and html.js as html_assets.py puts them into the program. */
#ifndef RADDLE_TOOLS_REPORT_HTML_ASSETS_H
#define RADDLE_TOOLS_REPORT_HTML_ASSETS_H

extern const char html_style[], html_script[];
/* "sha256-…", for the page's content security policy: nothing else is style or runs. */
extern const char html_style_hash[], html_script_hash[];

#endif
