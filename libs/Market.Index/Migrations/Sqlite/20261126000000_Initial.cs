using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Market.Index.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Checkpoints",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    ChainId = table.Column<long>(type: "INTEGER", nullable: false),
                    Market = table.Column<string>(type: "TEXT", nullable: false),
                    Block = table.Column<long>(type: "INTEGER", nullable: false),
                    Time = table.Column<long>(type: "INTEGER", nullable: false),
                    Burnt = table.Column<long>(type: "INTEGER", nullable: false),
                    SavedBlock = table.Column<long>(type: "INTEGER", nullable: false),
                    Saved = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Checkpoints", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Hours",
                columns: table => new
                {
                    Hour = table.Column<long>(type: "INTEGER", nullable: false),
                    Posted = table.Column<int>(type: "INTEGER", nullable: false),
                    Judged = table.Column<int>(type: "INTEGER", nullable: false),
                    Disputed = table.Column<int>(type: "INTEGER", nullable: false),
                    Tasks = table.Column<long>(type: "INTEGER", nullable: false),
                    Volume = table.Column<long>(type: "INTEGER", nullable: false),
                    QueueSeconds = table.Column<long>(type: "INTEGER", nullable: false),
                    Started = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Hours", x => x.Hour);
                });

            migrationBuilder.CreateTable(
                name: "Jobs",
                columns: table => new
                {
                    Number = table.Column<long>(type: "INTEGER", nullable: false),
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Requester = table.Column<string>(type: "TEXT", nullable: false),
                    Bundle = table.Column<string>(type: "TEXT", nullable: false),
                    Tasks = table.Column<int>(type: "INTEGER", nullable: false),
                    Replicas = table.Column<int>(type: "INTEGER", nullable: false),
                    Price = table.Column<long>(type: "INTEGER", nullable: false),
                    Volume = table.Column<long>(type: "INTEGER", nullable: false),
                    VerifierFee = table.Column<long>(type: "INTEGER", nullable: false),
                    Verifier = table.Column<long>(type: "INTEGER", nullable: false),
                    Disputed = table.Column<bool>(type: "INTEGER", nullable: false),
                    PostedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    JudgedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ChangedBlock = table.Column<long>(type: "INTEGER", nullable: false),
                    Document = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Jobs", x => x.Number);
                });

            migrationBuilder.CreateTable(
                name: "Seats",
                columns: table => new
                {
                    Job = table.Column<long>(type: "INTEGER", nullable: false),
                    Seat = table.Column<int>(type: "INTEGER", nullable: false),
                    Provider = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Outcome = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Seats", x => new { x.Job, x.Seat });
                });

            migrationBuilder.CreateTable(
                name: "Stakes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    Role = table.Column<int>(type: "INTEGER", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", nullable: false),
                    NodeKey = table.Column<string>(type: "TEXT", nullable: false),
                    Addresses = table.Column<string>(type: "TEXT", nullable: false),
                    Profile = table.Column<string>(type: "TEXT", nullable: false),
                    Amount = table.Column<long>(type: "INTEGER", nullable: false),
                    Locked = table.Column<long>(type: "INTEGER", nullable: false),
                    Credit = table.Column<long>(type: "INTEGER", nullable: false),
                    Unbonding = table.Column<long>(type: "INTEGER", nullable: false),
                    UnbondingUntil = table.Column<long>(type: "INTEGER", nullable: false),
                    Slashed = table.Column<bool>(type: "INTEGER", nullable: false),
                    Accepted = table.Column<int>(type: "INTEGER", nullable: false),
                    Refused = table.Column<int>(type: "INTEGER", nullable: false),
                    Rejected = table.Column<int>(type: "INTEGER", nullable: false),
                    Late = table.Column<int>(type: "INTEGER", nullable: false),
                    Paid = table.Column<long>(type: "INTEGER", nullable: false),
                    ChangedBlock = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Stakes", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Bundle_Number",
                table: "Jobs",
                columns: new[] { "Bundle", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_ChangedBlock",
                table: "Jobs",
                column: "ChangedBlock");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Disputed_Number",
                table: "Jobs",
                columns: new[] { "Disputed", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Id",
                table: "Jobs",
                column: "Id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_JudgedAt",
                table: "Jobs",
                column: "JudgedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_PostedAt",
                table: "Jobs",
                column: "PostedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Requester_Number",
                table: "Jobs",
                columns: new[] { "Requester", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_State_Number",
                table: "Jobs",
                columns: new[] { "State", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Verifier_Number",
                table: "Jobs",
                columns: new[] { "Verifier", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Seats_Provider_Job",
                table: "Seats",
                columns: new[] { "Provider", "Job" });

            migrationBuilder.CreateIndex(
                name: "IX_Stakes_ChangedBlock",
                table: "Stakes",
                column: "ChangedBlock");

            migrationBuilder.CreateIndex(
                name: "IX_Stakes_NodeKey",
                table: "Stakes",
                column: "NodeKey");

            migrationBuilder.CreateIndex(
                name: "IX_Stakes_Owner",
                table: "Stakes",
                column: "Owner");

            migrationBuilder.CreateIndex(
                name: "IX_Stakes_Role_Amount_Id",
                table: "Stakes",
                columns: new[] { "Role", "Amount", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Checkpoints");

            migrationBuilder.DropTable(
                name: "Hours");

            migrationBuilder.DropTable(
                name: "Jobs");

            migrationBuilder.DropTable(
                name: "Seats");

            migrationBuilder.DropTable(
                name: "Stakes");
        }
    }
}
