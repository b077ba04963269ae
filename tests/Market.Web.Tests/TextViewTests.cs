using Bunit;
using Market.Apps.Text;
using Market.Web.Components.Buying;

namespace Market.Web.Tests;

public sealed class TextViewTests : IDisposable
{
    private readonly BunitContext _context = new();
    private readonly TextReport _report = new([
        new PictureText("none.png", 10, 10, null),
        new PictureText("<b>.pdf, page 2.png", 1654, 2339, [new TextLine("Room <212>", 0.9f, [1, 2, 30.21, 2, 30.21, 9, 1, 9])])]);

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Boxes_stand_on_a_blank_page_where_there_is_no_picture()
    {
        var view = _context.Render<TextView>(p => p.Add(x => x.Report, _report));
        Assert.Empty(view.FindAll("img"));
        Assert.Equal(("1654", "2339"), (view.Find("rect.paper").GetAttribute("width"), view.Find("rect.paper").GetAttribute("height")));
        Assert.Contains("no result", view.FindAll("figure")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_stand_on_the_picture_with_their_text_beside_it_and_names_stay_text()
    {
        var view = _context.Render<TextView>(p => p.Add(x => x.Report, _report).Add(x => x.Picture, number => $"/pictures/{number}"));
        var picture = view.Find("img");
        Assert.Equal(("/pictures/1", "Your picture <b>.pdf, page 2.png"), (picture.GetAttribute("src"), picture.GetAttribute("alt")));
        Assert.Empty(view.FindAll("rect.paper"));
        Assert.Equal("0 0 1654 2339", view.Find(".photo svg").GetAttribute("viewBox"));
        Assert.Equal("1 2 30.2 2 30.2 9 1 9", view.Find("polygon").GetAttribute("points"));
        Assert.Equal("Room <212>", view.Find(".read pre").TextContent);
    }
}
