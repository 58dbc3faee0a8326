"""Roles, databases and extensions on a server of our own launcher."""

from __future__ import annotations

import psycopg
from psycopg import sql

from knotenpunkt.foundation.postgres import APP, EXTENSIONS, OWNER, Server


def prepare_database(server: Server, name: str) -> None:
    """Create roles, database and extensions that are missing; harmless when all is there.

    `OWNER` owns the tables and migrates; `APP` runs the product, owns nothing and cannot pass
    row-level security.
    """
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        for role in (OWNER, APP):
            if not _exists(connection, "pg_roles", "rolname", role):
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(OWNER)))
        if not _exists(connection, "pg_database", "datname", name):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
    with psycopg.connect(server.url(name, "postgres"), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
            )
        connection.execute(
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(APP))
        )
    with psycopg.connect(server.url(name, OWNER), autocommit=True) as connection:
        for kind, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE")):
            connection.execute(
                sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON {} TO {}").format(
                    sql.SQL(rights), sql.SQL(kind), sql.Identifier(APP)
                )
            )


def _exists(connection: psycopg.Connection, table: str, column: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(query, [value]).fetchone() is not None
