using CsCheck;
using Market.Apps.Text;

namespace Market.Apps.Tests.Text;

public sealed class GeometryTests
{
    [Fact]
    public void The_least_rectangle_holds_all_points_and_is_no_larger_than_one_drawn_around_them() =>
        Gen.Select(Gen.Double[-0.75, 0.75], Gen.Int[20, 80], Gen.Int[4, 15]).Sample((angle, width, height) =>
        {
            var (sin, cos) = Math.SinCos(angle);
            var points = Enumerable.Range(0, 120).SelectMany(y => Enumerable.Range(0, 120).Select(x => (X: x, Y: y)))
                .Where(p => Math.Abs(((p.X - 60) * cos) + ((p.Y - 60) * sin)) <= width / 2.0 && Math.Abs(((p.Y - 60) * cos) - ((p.X - 60) * sin)) <= height / 2.0).ToList();
            var box = TextBox.Around(points);
            var (s, c) = Math.SinCos(box.Angle);
            Assert.All(points, p => Assert.True(
                Math.Abs(((p.X - box.X) * c) + ((p.Y - box.Y) * s)) <= (box.Width / 2) + 1e-6 && Math.Abs(((p.Y - box.Y) * c) - ((p.X - box.X) * s)) <= (box.Height / 2) + 1e-6));
            Assert.True(box.Width * box.Height <= (width + 1.001) * (height + 1.001));
        }, iter: 50);

    [Fact]
    public void Lines_beside_each_other_are_read_from_left_to_right()
    {
        TextBox Box(double x, double y) => new(x, y, 50, 20, 0);
        Assert.Equal([10, 200, 15, 300], ReadingOrder.Of([Box(300, 104), Box(200, 21), Box(15, 100), Box(10, 25)]).Select(box => box.X));
    }

    [Theory]
    [InlineData(1654, 2339, 960)]
    [InlineData(1600, 1200, 960)]
    [InlineData(1000, 1000, 2560)]
    [InlineData(4096, 394, 2560)]
    [InlineData(4096, 40, 2560)]
    public void Lines_are_looked_for_at_a_size_at_which_providers_take_the_task(int width, int height, int longest)
    {
        var dims = Detection.Inputs(new Picture(width, height, new byte[3 * width * height]), longest)[0].Value.Dims;
        Assert.All(dims[2..].ToArray(), side => Assert.Equal(0, side % 32));
        Assert.True(dims[2] * dims[3] * 1686 < 1L << 30 && Math.Max(dims[2], dims[3]) <= longest, $"{dims[3]}×{dims[2]}");
    }

    [Fact]
    public void A_resized_picture_keeps_its_mean_and_one_of_the_same_size_every_pixel()
    {
        var pixels = new byte[3 * 40 * 30];
        new Random(1).NextBytes(pixels);
        var picture = new Picture(40, 30, pixels);
        Assert.Equal(pixels, picture.Resize(40, 30).Pixels.ToArray());
        Assert.Equal(pixels.Average(value => (double)value), picture.Resize(8, 6).Pixels.ToArray().Average(value => (double)value), 5.0);
    }
}
