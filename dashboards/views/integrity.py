import streamlit as st


def draw() -> None:
    st.write("soon")
