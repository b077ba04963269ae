using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace Market.Onnx.Worker;

/// <summary>What a worker sees and can do from inside its confinement.</summary>
internal static class InsideReport
{
    public static string Create()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("processId", Environment.ProcessId);
            json.WriteString("capabilities", Status("CapEff:"));
            json.WriteBoolean("noNewPrivileges", Status("NoNewPrivs:") == "1");
            WriteList(json, "interfaces", NetworkInterface.GetAllNetworkInterfaces()
                .Where(one => one.NetworkInterfaceType != NetworkInterfaceType.Loopback).Select(one => one.Name));
            json.WriteString("network", Network());
            WriteList(json, "processes", Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).OfType<string>()
                .Where(name => name.All(char.IsAsciiDigit)));
            WriteList(json, "root", Directory.EnumerateFileSystemEntries("/").Order(StringComparer.Ordinal));
            WriteList(json, "environment", Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal));
            json.WriteNumber("temporaryBytes", TemporaryBytes());
            foreach (var limit in new[] { "data size", "file size", "open files", "processes", "core file size" })
            {
                json.WriteString("max " + limit, Limit("Max " + limit));
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string Status(string field) =>
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..].Trim();

    private static string Limit(string name) =>
        File.ReadLines("/proc/self/limits").First(line => line.StartsWith(name, StringComparison.Ordinal))[26..].Trim().Split(' ')[0];

    // TEST-NET-1 (RFC 5737) is routed nowhere: with a network the kernel takes the datagram, without one it refuses.
    private static string Network()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
            return "reachable";
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode.ToString();
        }
    }

    // Fills the temporary disk until it refuses.
    private static long TemporaryBytes()
    {
        const int Most = 4096;
        var folder = Directory.CreateTempSubdirectory("market-onnx-probe");
        var block = new byte[1 << 18];
        long written = 0;
        try
        {
            for (var i = 0; i < Most; i++, written += block.Length)
            {
                using var file = File.OpenHandle(Path.Combine(folder.FullName, $"{i}"), FileMode.CreateNew, FileAccess.Write);
                RandomAccess.Write(file, block, 0);
            }
        }
        catch (IOException)
        {
            // Full: what was written is the answer.
        }

        folder.Delete(recursive: true);
        return written;
    }
}
