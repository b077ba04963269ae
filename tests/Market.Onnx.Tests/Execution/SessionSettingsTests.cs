using Market.Onnx.Execution;

namespace Market.Onnx.Tests.Execution;

public sealed class SessionSettingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("opt=0")]
    [InlineData("threads=1;opt=0")]
    [InlineData("opt=7;threads=1")]
    [InlineData("opt=0;threads=0")]
    [InlineData("opt=0;threads=257")]
    [InlineData("opt=0;threads=1;loose")]
    [InlineData("opt=0;threads=1;a=1;a=2")]
    public void Rejects_a_line_that_is_not_of_settings(string line) =>
        Assert.Throws<FormatException>(() => SessionSettings.Parse(line));

    [Fact]
    public void The_default_line_is_fixed() => Assert.Equal(
        "opt=0;threads=1;mlas.disable_kleidiai=1;mlas.enable_gemm_fastmath_arm64_bfloat16=0;mlas.use_lut_gemm=0;"
        + "session.disable_prepacking=0;session.set_denormal_as_zero=0;session.use_deterministic_compute=1;session.x64quantprecision=1",
        SessionSettings.Default.ToString());

    [Fact]
    public void Reads_back_what_it_wrote()
    {
        var settings = new SessionSettings
        {
            Optimization = OptimizationLevel.Extended,
            IntraOpThreads = 3,
            Entries = new Dictionary<string, string> { ["b"] = "2", ["a"] = "x=y" },
        };
        Assert.Equal("opt=2;threads=3;a=x=y;b=2", settings.ToString());
        Assert.Equal(settings, SessionSettings.Parse(settings.ToString()));
        Assert.NotEqual(settings, SessionSettings.Default);
    }

    [Fact]
    public void The_class_names_runtime_kernels_and_settings()
    {
        var line = DeterminismClass.Of(SessionSettings.Default).ToString();
        Assert.Matches("^ort=1\\.31\\.1;ep=cpu;kernels=(x64|arm64)-[a-z0-9-]+;opt=0;threads=1;", line);
    }

    [Theory]
    [InlineData("0::/user.slice/a.scope", "40 30 0:36 / /sys/fs/cgroup rw shared:1 - cgroup2 cgroup rw", 2, "/sys/fs/cgroup/user.slice/a.scope")]
    [InlineData("0::/", "40 30 0:36 / /sys/fs/cgroup rw - cgroup2 cgroup rw", 2, "/sys/fs/cgroup")]
    [InlineData("4:memory:/a/b", "40 30 0:36 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory", 1, "/sys/fs/cgroup/memory/a/b")]
    [InlineData("4:memory:/docker/1/a", "40 30 0:36 /docker/1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory", 1, "/sys/fs/cgroup/memory/a")]
    public void Finds_its_own_cgroup_in_both_versions(string cgroup, string mount, int version, string own)
    {
        var found = Assert.Single(CgroupMount.Read([mount, "41 30 0:37 / /tmp rw - tmpfs tmp rw"], [cgroup]));
        Assert.Equal((version, own), (found.Version, found.Own));
    }
}
