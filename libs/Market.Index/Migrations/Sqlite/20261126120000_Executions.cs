using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Market.Index.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Executions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "Executions",
                table: "Models",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "Executions",
                table: "Hours",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // What is there already is counted from the jobs.
            const string Sum = "COALESCE((SELECT SUM(\"Jobs\".\"Tasks\" * (\"Jobs\".\"Volume\" / NULLIF(\"Jobs\".\"Price\", 0))) FROM \"Jobs\" WHERE ";
            migrationBuilder.Sql("UPDATE \"Models\" SET \"Executions\" = " + Sum + "\"Jobs\".\"Model\" = \"Models\".\"Model\"), 0)");
            migrationBuilder.Sql("UPDATE \"Hours\" SET \"Executions\" = " + Sum + "\"Jobs\".\"JudgedAt\" >= \"Hours\".\"Hour\" * 3600 AND \"Jobs\".\"JudgedAt\" < (\"Hours\".\"Hour\" + 1) * 3600), 0)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Executions",
                table: "Models");

            migrationBuilder.DropColumn(
                name: "Executions",
                table: "Hours");
        }
    }
}
