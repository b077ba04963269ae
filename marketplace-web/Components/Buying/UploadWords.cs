namespace Market.Web.Components.Buying;

/// <summary>What upload.js and the modules that make files tell by name, in words.</summary>
internal static class UploadWords
{
    /// <param name="what">The name, or what the browser says where nobody foresaw it.</param>
    /// <param name="about">What it is about.</param>
    public static string Of(string what, string[] about) => (what, about) switch
    {
        ("server-away", []) => T["The upload broke off, and the server does not answer."],
        ("busy", []) => T["The server is asked too often from your address. Wait a minute, then try again."],
        ("in-vain", []) => T["The server answers, but no part of the file reaches it."],
        ("refused", [var status]) => T["The server, or what stands before it, does not take the file: status {0}.", status],
        ("no-reader", []) => T["What opens PDF files could not be loaded from this server. Try again, or save the pages as pictures."],
        ("empty", []) => T["The file is empty."],
        ("no-pdf", []) => T["The file does not begin as a PDF file does."],
        ("large", [var bytes, var most]) => T["The file has {0} {0:byte|bytes}, expected at most {1}. Save it in parts.", bytes, most],
        ("many-pages", [var pages, var most]) => T["The file has {0} {0:page|pages}, expected at most {1}. Save it in parts.", pages, most],
        ("large-pages", [var pages, var bytes, var most, var all]) => T["The pictures of its first {0} {0:page|pages} have {1} {1:byte|bytes}, expected at most {2} for all {3}. Save it in parts.", pages, bytes, most, all],
        ("large-page", [var page]) => T["Page {0} is too large for this browser.", page],
        ("stopped", []) => T["Stopped: nothing of it was sent."],
        ("stopped", [var page, var all]) => T["Stopped after {0} of {1} {1:page|pages}: nothing of it was sent.", page, all],
        ("slow-opening", [var seconds]) => T["Opening it took longer than {0} {0:second|seconds}.", seconds],
        ("slow-page", [var page, var seconds]) => T["Drawing page {0} took longer than {1} {1:second|seconds}.", page, seconds],
        ("locked", []) => T["The file is locked with a password. Save it without one, or save its pages as pictures."],
        ("damaged", [var why]) => T["The file is damaged, or no PDF file ({0}).", why],
        ("long", [var minutes, var most]) => T["The sound lasts {0} {0:minute|minutes}, expected at most {1}. Save it in parts.", minutes, most],
        ("no-sound", []) => T["This browser finds no sound in the file: it is damaged, or of a kind that it does not know. Save it as WAV."],
        _ => what,
    };
}
