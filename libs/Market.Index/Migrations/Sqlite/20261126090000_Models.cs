using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Market.Index.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Models : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Model",
                table: "Jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Heads",
                columns: table => new
                {
                    Bundle = table.Column<string>(type: "TEXT", nullable: false),
                    Model = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Heads", x => x.Bundle);
                });

            migrationBuilder.CreateTable(
                name: "Models",
                columns: table => new
                {
                    Model = table.Column<string>(type: "TEXT", nullable: false),
                    Jobs = table.Column<long>(type: "INTEGER", nullable: false),
                    Judged = table.Column<long>(type: "INTEGER", nullable: false),
                    Disputed = table.Column<long>(type: "INTEGER", nullable: false),
                    Tasks = table.Column<long>(type: "INTEGER", nullable: false),
                    Volume = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Models", x => x.Model);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Model_Number",
                table: "Jobs",
                columns: new[] { "Model", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Models_Volume_Model",
                table: "Models",
                columns: new[] { "Volume", "Model" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Heads");

            migrationBuilder.DropTable(
                name: "Models");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Model_Number",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "Model",
                table: "Jobs");
        }
    }
}
