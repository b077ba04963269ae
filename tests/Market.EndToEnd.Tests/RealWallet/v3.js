// What Manifest V3 named anew, for scripts that know Manifest V2.
chrome.browserAction ??= chrome.action;
chrome.extension ??= {};
chrome.extension.getURL ??= path => chrome.runtime.getURL(path);
