-- The role of API and workers, which `migrate` gives what they need. psql runs this as the owner of the database.
\getenv password POSTGRES_APP_PASSWORD
create role ringback_app login password :'password';
